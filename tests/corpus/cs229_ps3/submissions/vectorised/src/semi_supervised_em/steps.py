"""PS3 problem 2 (b, c)."""

import numpy as np


def _array(value, name, ndim):
    value = np.asarray(value, dtype=float)
    if value.ndim != ndim:
        raise ValueError(f"{name} needs {ndim} axes, has {value.ndim}")
    if not np.isfinite(value).all():
        raise ValueError(f"{name} holds NaN or infinity")
    return value


def _same(name, got, wanted):
    if got != wanted:
        raise ValueError(f"{name} should have shape {wanted}, has {got}")


def _distribution(name, p):
    if (p < 0).any() or (np.abs(p.sum(axis=-1) - 1) > 1e-8).any():
        raise ValueError(f"{name} is not a probability distribution")


def e_step(x, phi, mu, sigma):
    x, phi = _array(x, "x", 2), _array(phi, "phi", 1)
    mu, sigma = _array(mu, "mu", 2), _array(sigma, "sigma", 3)
    (n, d), (k,) = x.shape, phi.shape
    _same("mu", mu.shape, (k, d))
    _same("sigma", sigma.shape, (k, d, d))
    _distribution("phi", phi)

    chol = np.linalg.cholesky(sigma)
    dev = np.swapaxes(x[:, None, :] - mu, 0, 1)  # k n d
    white = np.linalg.solve(chol, np.swapaxes(dev, 1, 2))  # k d n
    with np.errstate(divide="ignore"):
        log_prior = np.log(phi)
    log_w = log_prior - np.log(np.diagonal(chol, axis1=1, axis2=2)).sum(axis=1) - 0.5 * np.einsum("kdn,kdn->nk", white, white)
    w = np.exp(log_w - log_w.max(axis=1, keepdims=True))
    return w / w.sum(axis=1, keepdims=True)


def m_step(w, x, x_tilde, z_tilde, alpha):
    w, x = _array(w, "w", 2), _array(x, "x", 2)
    x_tilde, z_tilde = _array(x_tilde, "x_tilde", 2), _array(z_tilde, "z_tilde", 1)
    alpha = float(_array(alpha, "alpha", 0))
    k = w.shape[1]
    _same("w", w.shape, (len(x), k))
    _same("x_tilde", x_tilde.shape, (len(z_tilde), x.shape[1]))
    _distribution("w", w)
    if alpha < 0:
        raise ValueError("alpha is negative")
    hot = z_tilde[:, None] == np.arange(k)
    if not hot.any(axis=1).all():
        raise ValueError("a label is not in 0..K-1")

    r = np.concatenate([w, alpha * hot])
    points = np.concatenate([x, x_tilde])
    n_k = r.sum(axis=0)
    mu = np.einsum("nk,nd->kd", r, points) / n_k[:, None]
    dev = points[:, None, :] - mu
    sigma = np.einsum("nk,nki,nkj->kij", r, dev, dev) / n_k[:, None, None]
    return n_k / (len(x) + alpha * len(x_tilde)), mu, sigma
