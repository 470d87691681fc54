"""CS229 problem set 3, 3a, 3c, 3e: closed forms of the linear Gaussian model x | z ~ N(W z + b, gamma^2 I)."""

import numpy as np


def marginal(W, b, gamma):
    """Mean nu (d,) and covariance Gamma (d, d) of x."""
    W, b, gamma = model(W, b, gamma)
    nu = b
    noise = gamma**2 * np.eye(W.shape[0])
    Gamma = W @ W.T + noise
    return nu, Gamma


def grad_kl_mu(mu, sigma):
    """Gradient of KL(N(mu, diag sigma^2) || N(0, I)) in mu, shape (m,)."""
    mu, sigma = gaussian(mu, sigma)
    return mu


def grad_kl_sigma(mu, sigma):
    """The same in sigma, shape (m,)."""
    mu, sigma = gaussian(mu, sigma)
    return sigma - 1 / sigma


def grad_z_loglik(x, W, b, gamma, z):
    """Gradient of ln p(x | z) in z, shape (m,)."""
    W, b, gamma = model(W, b, gamma)
    d, m = W.shape
    return score(vector(x, d), W, b, gamma, vector(z, m))


def grad_mu_loglik(x, W, b, gamma, mu, sigma, eps):
    """Gradient of ln p(x | mu + sigma * eps) in mu, shape (m,)."""
    W, b, gamma = model(W, b, gamma)
    mu, sigma = gaussian(mu, sigma, W.shape[1])
    x, eps = vector(x, W.shape[0]), vector(eps, W.shape[1])
    point = mu + sigma * eps
    return score(x, W, b, gamma, point)


def grad_sigma_loglik(x, W, b, gamma, mu, sigma, eps):
    """Gradient of ln p(x | mu + sigma * eps) in sigma, shape (m,)."""
    W, b, gamma = model(W, b, gamma)
    mu, sigma = gaussian(mu, sigma, W.shape[1])
    x, eps = vector(x, W.shape[0]), vector(eps, W.shape[1])
    sample = mu + sigma * eps
    return score(x, W, b, gamma, sample) * eps


def posterior(W, b, gamma, x):
    """Mean mu_x (m,) and covariance Sigma_x (m, m) of z given x."""
    W, b, gamma = model(W, b, gamma)
    x = vector(x, W.shape[0])
    cov = W @ W.T + gamma**2 * np.eye(len(x))
    centred = x - b
    mu_x = W.T @ np.linalg.solve(cov, centred)
    precision = np.eye(W.shape[1]) + W.T @ W / gamma**2
    Sigma_x = np.linalg.inv(precision)
    return mu_x, Sigma_x


def score(x, W, b, gamma, z):
    """W' (x - W z - b) / gamma^2."""
    resid = x - W @ z - b
    return W.T @ resid / gamma**2


def vector(value, length=None):
    """A finite float vector (m,); a column (m, 1) counts as one. ValueError otherwise."""
    try:
        v = np.array(value, dtype=float)
    except TypeError as error:
        raise ValueError("expected numbers") from error
    if v.ndim == 2 and v.shape[1] == 1:
        v = v[:, 0]
    if v.ndim != 1 or (length is not None and len(v) != length):
        raise ValueError("wrong shape")
    if not np.isfinite(v).all():
        raise ValueError("NaN or infinite input")
    return v


def gaussian(mu, sigma, length=None):
    """mu and sigma > 0 of the same length."""
    mu = vector(mu, length)
    sigma = vector(sigma, len(mu))
    if (sigma <= 0).any():
        raise ValueError("sigma must be positive")
    return mu, sigma


def model(W, b, gamma):
    """W (d, m), b (d,), gamma > 0."""
    try:
        W, gamma = np.array(W, dtype=float), np.array(gamma, dtype=float)
    except TypeError as error:
        raise ValueError("expected numbers") from error
    if W.ndim != 2 or gamma.size != 1:
        raise ValueError("W must be (d, m) and gamma a number")
    if not np.isfinite(W).all() or not np.isfinite(gamma).all():
        raise ValueError("NaN or infinite input")
    if gamma.item() <= 0:
        raise ValueError("gamma must be positive")
    return W, vector(b, W.shape[0]), gamma.item()
