"""Analysis of the linear Gaussian model: parts 3a, 3c and 3e of cs229-ps3, `src/linear_gaussian/analysis.py`.

x given z is N(W z + b, gamma^2 I) in d dimensions, z is N(0, I) in m dimensions; gamma > 0 is a standard deviation.
The approximate posterior is q = N(mu, diag(sigma)^2) with sigma > 0, a vector of standard deviations. Vectors are
one-dimensional arrays. Every function raises ValueError when shapes do not fit, an entry is NaN or infinite, gamma is
not positive, or an entry of sigma is not positive.
"""

import numpy as np


def marginal(W: "d m", b: "d", gamma: float) -> "tuple of (d), (d d)":
    """The pair (nu, Gamma): mean and covariance of the marginal distribution of x, which is Gaussian.

    d may be smaller than m. Source: CS229 Fall 2020 PS3 3(a).
    """
    # BEGIN SOLUTION
    W, b, gamma = _model(W, b, gamma)
    return b, W @ W.T + gamma**2 * np.eye(len(b))
    # END SOLUTION


def grad_kl_mu(mu: "m", sigma: "m") -> "m":
    """The gradient in mu of KL(q || N(0, I)). Source: CS229 Fall 2020 PS3 3(c)i."""
    # BEGIN SOLUTION
    return _guess(mu, sigma)[0]
    # END SOLUTION


def grad_kl_sigma(mu: "m", sigma: "m") -> "m":
    """The gradient in sigma (not in its square or logarithm) of KL(q || N(0, I)). Source: CS229 Fall 2020 PS3 3(c)i."""
    # BEGIN SOLUTION
    _, sigma = _guess(mu, sigma)
    return sigma - 1 / sigma
    # END SOLUTION


def grad_z_loglik(x: "d", W: "d m", b: "d", gamma: float, z: "m") -> "m":
    """The gradient in z of log p(x | z). Source: CS229 Fall 2020 PS3 3(c)ii."""
    # BEGIN SOLUTION
    W, b, gamma = _model(W, b, gamma)
    x, z = _vector(x, len(b), "x"), _vector(z, W.shape[1], "z")
    return W.T @ (x - W @ z - b) / gamma**2
    # END SOLUTION


def grad_mu_loglik(x: "d", W: "d m", b: "d", gamma: float, mu: "m", sigma: "m", eps: "m") -> "m":
    """The gradient in mu of log p(x | z) at z = mu + sigma * eps (entry by entry), with eps held fixed.

    Source: CS229 Fall 2020 PS3 3(c)ii.
    """
    # BEGIN SOLUTION
    mu, sigma = _guess(mu, sigma)
    return grad_z_loglik(x, W, b, gamma, mu + sigma * _vector(eps, len(mu), "eps"))
    # END SOLUTION


def grad_sigma_loglik(x: "d", W: "d m", b: "d", gamma: float, mu: "m", sigma: "m", eps: "m") -> "m":
    """The gradient in sigma of log p(x | z) at z = mu + sigma * eps (entry by entry), with eps held fixed.

    Source: CS229 Fall 2020 PS3 3(c)ii.
    """
    # BEGIN SOLUTION
    return grad_mu_loglik(x, W, b, gamma, mu, sigma, eps) * np.asarray(eps, dtype=float)
    # END SOLUTION


def posterior(W: "d m", b: "d", gamma: float, x: "d") -> "tuple of (m), (m m)":
    """The pair (mu_x, Sigma_x): mean and covariance of the distribution of z given x, which is Gaussian.

    It lives in the space of z: shapes (m,) and (m, m), whatever a printed handout may say.
    Source: CS229 Fall 2020 PS3 3(e)i.
    """
    # BEGIN SOLUTION
    W, b, gamma = _model(W, b, gamma)
    x = _vector(x, len(b), "x")
    precision = np.eye(W.shape[1]) + W.T @ W / gamma**2  # (m, m)
    covariance = np.linalg.inv(precision)
    return np.linalg.solve(precision, W.T @ (x - b)) / gamma**2, (covariance + covariance.T) / 2
    # END SOLUTION


# BEGIN SOLUTION
def _array(value, name):
    """The value as a float array of finite numbers, or ValueError."""
    array = np.asarray(value, dtype=float)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} has an entry that is NaN or infinite")
    return array


def _vector(value, n, name):
    """The value as a float array of shape (n,), or ValueError."""
    array = _array(value, name)
    if array.shape != (n,):
        raise ValueError(f"{name} has shape {array.shape}, expected ({n},)")
    return array


def _model(W, b, gamma):
    """The parameters of the model after their checks."""
    W = _array(W, "W")
    if W.ndim != 2:
        raise ValueError(f"W has {W.ndim} axes, expected 2")
    gamma = float(_array(gamma, "gamma"))
    if gamma <= 0:
        raise ValueError("gamma is not positive")
    return W, _vector(b, len(W), "b"), gamma


def _guess(mu, sigma):
    """The parameters of q after their checks."""
    sigma = _array(sigma, "sigma")
    if sigma.ndim != 1 or not (sigma > 0).all():
        raise ValueError("sigma must be a vector of positive numbers")
    return _vector(mu, len(sigma), "mu"), sigma


# END SOLUTION
