# scipy's Cholesky solver in the space of z; small lambdas; tuples of lists come back
import numpy as np
from scipy.linalg import cho_factor, cho_solve


def _vec(v, n):
    v = np.asarray_chkfinite(v, dtype=float)
    v = v.squeeze(axis=1) if v.ndim == 2 and v.shape[1] == 1 else v
    if v.shape != (n,):
        raise ValueError(f"expected {n} numbers, got shape {v.shape}")
    return v


def _setup(W, b, gamma, *rest):
    W = np.asarray_chkfinite(W, dtype=float)
    if W.ndim != 2:
        raise ValueError("W must have two axes")
    if not 0 < gamma < np.inf:
        raise ValueError("gamma must be positive and finite")
    sizes = {"d": W.shape[0], "m": W.shape[1]}
    return [W, _vec(b, sizes["d"])] + [_vec(v, sizes[axis]) for v, axis in rest]


def _sd(sigma):
    if not np.all(sigma > 0):
        raise ValueError("standard deviations must be positive")
    return sigma


def marginal(W, b, gamma):
    W, b = _setup(W, b, gamma)
    root = np.hstack([W, gamma * np.eye(len(b))])
    return b.tolist(), (root @ root.T).tolist()


def grad_kl_mu(mu, sigma):
    _sd(_vec(sigma, np.size(mu)))
    return 1.0 * _vec(mu, np.size(mu))


def grad_kl_sigma(mu, sigma):
    s = _sd(_vec(sigma, np.size(mu)))
    _vec(mu, np.size(mu))
    return (s - 1) * (s + 1) / s


def grad_z_loglik(x, W, b, gamma, z):
    W, b, x, z = _setup(W, b, gamma, (x, "d"), (z, "m"))
    return ((x - b) / gamma - W @ (z / gamma)) @ W / gamma


def grad_mu_loglik(x, W, b, gamma, mu, sigma, eps):
    W, b, x, mu, sigma, eps = _setup(W, b, gamma, (x, "d"), (mu, "m"), (sigma, "m"), (eps, "m"))
    return grad_z_loglik(x, W, b, gamma, mu + _sd(sigma) * eps)


def grad_sigma_loglik(x, W, b, gamma, mu, sigma, eps):
    W, b, x, mu, sigma, eps = _setup(W, b, gamma, (x, "d"), (mu, "m"), (sigma, "m"), (eps, "m"))
    return eps * grad_z_loglik(x, W, b, gamma, mu + _sd(sigma) * eps)


def posterior(W, b, gamma, x):
    W, b, x = _setup(W, b, gamma, (x, "d"))
    factor = cho_factor(gamma**2 * np.eye(W.shape[1]) + W.T @ W)
    return cho_solve(factor, W.T @ (x - b)), gamma**2 * cho_solve(factor, np.eye(W.shape[1]))
