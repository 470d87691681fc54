import numpy as np


def _check(condition, message):
    if not condition:
        raise ValueError(message)


def e_step(x, phi, mu, sigma):
    arrays = [np.asarray(a, dtype=float) for a in (x, phi, mu, sigma)]
    _check(all(np.isfinite(a).all() for a in arrays), "non-finite input")
    x, phi, mu, sigma = arrays
    _check(x.ndim == 2 and phi.ndim == 1, "x: (n, d), phi: (K,)")
    k, d = phi.shape[0], x.shape[1]
    _check(mu.shape == (k, d), "mu: (K, d)")
    _check(sigma.shape == (k, d, d), "sigma: (K, d, d)")
    _check(phi.min() >= 0 and abs(phi.sum() - 1.0) <= 1e-8, "phi: a distribution")
    chol = np.linalg.cholesky(sigma)  # LinAlgError is a ValueError
    diff = x[:, None, :] - mu[None]  # n k d
    white = np.einsum("kab,nkb->nka", np.linalg.inv(chol), diff)
    half_logdet = np.log(np.einsum("kaa->ka", chol)).sum(axis=1)
    with np.errstate(divide="ignore"):
        log_w = np.log(phi) - half_logdet - 0.5 * np.einsum("nka,nka->nk", white, white)
    return np.exp(log_w - np.logaddexp.reduce(log_w, axis=1, keepdims=True))


def m_step(w, x, x_tilde, z_tilde, alpha):
    w, x, x_tilde, z = (np.asarray(a, dtype=float) for a in (w, x, x_tilde, z_tilde))
    _check(all(np.isfinite(a).all() for a in (w, x, x_tilde, z)) and np.isfinite(alpha), "non-finite input")
    _check(w.ndim == x.ndim == x_tilde.ndim == 2 and z.ndim == 1, "wrong dimensions")
    _check(w.shape[0] == x.shape[0] and x_tilde.shape == (z.shape[0], x.shape[1]), "sizes differ")
    _check(alpha >= 0, "alpha < 0")
    _check((w >= 0).all() and (abs(w.sum(1) - 1) <= 1e-8).all(), "w: rows are distributions")
    k = w.shape[1]
    _check(((0 <= z) & (z < k) & (z == z.round())).all(), "labels 0..K-1")
    t = (z[:, None] == np.arange(k)).astype(float)
    total = np.einsum("nk->k", w) + alpha * np.einsum("nk->k", t)
    mu = np.einsum("nk,nd->kd", w, x) + alpha * np.einsum("nk,nd->kd", t, x_tilde)
    mu = mu / total[:, None]
    a, b = x[:, None] - mu, x_tilde[:, None] - mu
    sigma = np.einsum("nk,nki,nkj->kij", w, a, a) + alpha * np.einsum("nk,nki,nkj->kij", t, b, b)
    return total / (x.shape[0] + alpha * x_tilde.shape[0]), mu, sigma / total[:, None, None]


def _joint(x, phi, mu, sigma):
    w = e_step(x, phi, mu, sigma)  # for its checks
    chol = np.linalg.cholesky(sigma)
    white = np.einsum("kab,nkb->nka", np.linalg.inv(chol), np.asarray(x)[:, None, :] - np.asarray(mu)[None])
    constant = np.log(np.einsum("kaa->ka", chol)).sum(axis=1) + 0.5 * white.shape[2] * np.log(2 * np.pi)
    return w, np.log(phi) - constant - 0.5 * np.einsum("nka,nka->nk", white, white)


def _pairs(phi, mu, sigma, x_tilde, z_tilde, alpha):
    z, x_tilde = np.asarray(z_tilde, dtype=float), np.asarray(x_tilde, dtype=float)
    _check(np.isfinite(alpha) and alpha >= 0, "alpha < 0")
    _check(z.ndim == 1 and x_tilde.shape == (z.size, np.shape(mu)[1]), "sizes differ")
    _check(((0 <= z) & (z < len(phi)) & (z == z.round())).all(), "labels 0..K-1")
    t = (z[:, None] == np.arange(len(phi))).astype(float)
    return alpha * np.einsum("nk,nk->", t, _joint(x_tilde, phi, mu, sigma)[1])


def objective(x, phi, mu, sigma, x_tilde, z_tilde, alpha):
    _, joint = _joint(x, phi, mu, sigma)
    return np.logaddexp.reduce(joint, axis=1).sum() + _pairs(phi, mu, sigma, x_tilde, z_tilde, alpha)


def lower_bound(Q, x, phi, mu, sigma, x_tilde, z_tilde, alpha):
    """The objective less the divergence of Q from the posterior."""
    Q = np.asarray(Q, dtype=float)
    _, joint = _joint(x, phi, mu, sigma)
    _check(Q.shape == joint.shape and np.isfinite(Q).all(), "Q: (n, K)")
    _check((Q >= 0).all() and (abs(Q.sum(1) - 1) <= 1e-8).all(), "Q: rows are distributions")
    log_marginal = np.logaddexp.reduce(joint, axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        divergence = np.where(Q == 0, 0.0, Q * (np.log(Q) - joint + log_marginal)).sum()
    return log_marginal.sum() - divergence + _pairs(phi, mu, sigma, x_tilde, z_tilde, alpha)
