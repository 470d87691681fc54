"""CS229 problem set 3, 2b and 2c: one E-step and one semi-supervised M-step of a Gaussian mixture."""

import numpy as np


def e_step(x, phi, mu, sigma):
    """w[i, j] = p(z_i = j | x_i), shape (n, K), computed in log space."""
    x, phi, mu, sigma = numbers(x, phi, mu, sigma)
    check_mixture(x, phi, mu, sigma)
    scores = np.empty((len(x), len(phi)))
    for j in range(len(phi)):
        dev = x - mu[j]
        cov = sigma[j]
        maha = (dev * np.linalg.solve(cov, dev.T).T).sum(axis=1)
        logdet = np.linalg.slogdet(cov)[1]
        with np.errstate(divide="ignore"):
            prior = np.log(phi[j])
        scores[:, j] = prior - 0.5 * logdet - 0.5 * maha
    scores -= scores.max(axis=1, keepdims=True)
    post = np.exp(scores)
    return post / post.sum(axis=1, keepdims=True)


def m_step(w, x, x_tilde, z_tilde, alpha):
    """(phi (K,), mu (K, d), sigma (K, d, d)) from unlabelled points and alpha copies of the labelled ones."""
    w, x, x_tilde, z_tilde, alpha = numbers(w, x, x_tilde, z_tilde, alpha)
    check_data(w, x, x_tilde, z_tilde, alpha)
    k = w.shape[1]
    labels = z_tilde.astype(int)
    one_hot = np.eye(k)[labels]
    points = np.vstack([x, x_tilde])  # (n + nt, d)
    weights = np.vstack([w, alpha * one_hot])  # (n + nt, k)
    mass = weights.sum(axis=0)
    phi = mass / (len(x) + alpha * len(x_tilde))
    mu = (weights.T @ points) / mass[:, None]
    scatter = np.empty((k, x.shape[1], x.shape[1]))
    for j in range(k):
        centred = points - mu[j]
        scatter[j] = (weights[:, j, None] * centred).T @ centred
    sigma = scatter / mass[:, None, None]
    return phi, mu, sigma


def numbers(*values):
    """Every value as a float array; ValueError if one is not made of finite numbers."""
    arrays = []
    for value in values:
        try:
            array = np.array(value, dtype=float)
        except TypeError as error:
            raise ValueError("expected numbers") from error
        if not np.isfinite(array).all():
            raise ValueError("NaN or infinite input")
        arrays.append(array)
    return arrays


def check_mixture(x, phi, mu, sigma):
    """ValueError unless the shapes fit, phi is a distribution and every sigma is positive definite."""
    if x.ndim != 2 or phi.ndim != 1:
        raise ValueError("x must be (n, d) and phi (K,)")
    k, d = len(phi), x.shape[1]
    if mu.shape != (k, d) or sigma.shape != (k, d, d):
        raise ValueError("mu must be (K, d) and sigma (K, d, d)")
    if (phi < 0).any() or abs(phi.sum() - 1) > 1e-8:
        raise ValueError("phi is not a distribution")
    for cov in sigma:
        if (np.linalg.eigvalsh((cov + cov.T) / 2) <= 0).any():
            raise ValueError("sigma is not positive definite")


def check_data(w, x, x_tilde, z_tilde, alpha):
    """ValueError unless the shapes fit, the rows of w are distributions, labels lie in 0..K-1 and alpha >= 0."""
    if w.ndim != 2 or x.ndim != 2 or len(w) != len(x):
        raise ValueError("w must be (n, K) and x (n, d)")
    if x_tilde.ndim != 2 or x_tilde.shape[1] != x.shape[1] or z_tilde.shape != (len(x_tilde),):
        raise ValueError("x_tilde must be (nt, d) and z_tilde (nt,)")
    if (w < 0).any() or (abs(w.sum(axis=1) - 1) > 1e-8).any():
        raise ValueError("a row of w is not a distribution")
    if ((z_tilde < 0) | (z_tilde >= w.shape[1]) | (z_tilde != np.floor(z_tilde))).any():
        raise ValueError("a label is not one of 0..K-1")
    if alpha.ndim != 0 or alpha < 0:
        raise ValueError("alpha must be a number >= 0")
