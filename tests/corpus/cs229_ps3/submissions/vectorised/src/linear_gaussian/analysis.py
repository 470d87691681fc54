"""PS3 problem 3 (a, c, e)."""

import numpy as np


def _check(W=None, b=None, gamma=None, d=(), m=()):
    """Arrays in the order W, b, gamma, d..., m...; ValueError if something is off."""
    d, m = [np.asarray(v, dtype=float) for v in d], [np.asarray(v, dtype=float) for v in m]
    D = M = None
    out = []
    if W is not None:
        W, b, gamma = np.asarray(W, dtype=float), np.asarray(b, dtype=float), np.asarray(gamma, dtype=float)
        if W.ndim != 2:
            raise ValueError("W: two axes")
        if not (gamma.size == 1 and np.isfinite(gamma).all() and (gamma > 0).all()):
            raise ValueError("gamma: one positive number")
        D, M = W.shape
        d = [b, *d]
        out = [W]
    else:
        M = m[0].shape[0] if m[0].ndim else None
    flat = []
    for v, size in [(v, D) for v in d] + [(v, M) for v in m]:
        if v.shape not in ((size,), (size, 1)):
            raise ValueError(f"expected shape ({size},), got {v.shape}")
        flat.append(v.reshape(-1))
    if not all(np.isfinite(v).all() for v in out + flat):
        raise ValueError("NaN or infinity")
    return out + flat


def _positive(sigma):
    if (sigma <= 0).any():
        raise ValueError("sigma: positive numbers")


def marginal(W, b, gamma):
    W, b = _check(W, b, gamma)
    return b, np.einsum("im,jm->ij", W, W) + gamma**2 * np.eye(len(b))


def grad_kl_mu(mu, sigma):
    mu, sigma = _check(m=(mu, sigma))
    _positive(sigma)
    return mu


def grad_kl_sigma(mu, sigma):
    mu, sigma = _check(m=(mu, sigma))
    _positive(sigma)
    return sigma - sigma**-1.0


def grad_z_loglik(x, W, b, gamma, z):
    W, b, x, z = _check(W, b, gamma, d=(x,), m=(z,))
    return np.einsum("dm,d->m", W, x - b - W @ z) / gamma**2


def grad_mu_loglik(x, W, b, gamma, mu, sigma, eps):
    W, b, x, mu, sigma, eps = _check(W, b, gamma, d=(x,), m=(mu, sigma, eps))
    _positive(sigma)
    return np.einsum("dm,d->m", W, x - b - W @ (mu + sigma * eps)) / gamma**2


def grad_sigma_loglik(x, W, b, gamma, mu, sigma, eps):
    return grad_mu_loglik(x, W, b, gamma, mu, sigma, eps) * np.ravel(eps)


def posterior(W, b, gamma, x):
    W, b, x = _check(W, b, gamma, d=(x,))
    Sigma_x = np.linalg.inv(np.eye(W.shape[1]) + W.T @ W / gamma**2)
    return Sigma_x @ W.T @ (x - b) / gamma**2, Sigma_x
