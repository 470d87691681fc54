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


def _log_joint(x, phi, mu, sigma):
    x, phi = _array(x, "x", 2), _array(phi, "phi", 1)
    mu, sigma = _array(mu, "mu", 2), _array(sigma, "sigma", 3)
    k, d = len(phi), x.shape[1]
    _same("mu", mu.shape, (k, d))
    _same("sigma", sigma.shape, (k, d, d))
    _distribution("phi", phi)
    dev = x[:, None, :] - mu  # n k d
    maha = np.einsum("nki,kij,nkj->nk", dev, np.linalg.inv(sigma), dev)
    return np.log(phi) - 0.5 * (maha + np.linalg.slogdet(sigma)[1] + d * np.log(2 * np.pi))


def _pairs(phi, mu, sigma, x_tilde, z_tilde, alpha):
    z_tilde, alpha = _array(z_tilde, "z_tilde", 1), float(_array(alpha, "alpha", 0))
    hot = z_tilde[:, None] == np.arange(len(phi))
    if alpha < 0 or not hot.any(axis=1).all():
        raise ValueError("alpha is negative, or a label is not in 0..K-1")
    joint = _log_joint(x_tilde, phi, mu, sigma)
    _same("z_tilde", z_tilde.shape, (len(joint),))
    return alpha * joint[hot].sum()


def objective(x, phi, mu, sigma, x_tilde, z_tilde, alpha):
    joint = _log_joint(x, phi, mu, sigma)
    return np.logaddexp.reduce(joint, axis=1).sum() + _pairs(phi, mu, sigma, x_tilde, z_tilde, alpha)


def lower_bound(Q, x, phi, mu, sigma, x_tilde, z_tilde, alpha):
    Q, joint = _array(Q, "Q", 2), _log_joint(x, phi, mu, sigma)
    _same("Q", Q.shape, joint.shape)
    _distribution("Q", Q)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nansum(Q * (joint - np.log(Q))) + _pairs(phi, mu, sigma, x_tilde, z_tilde, alpha)


def compare(x, x_tilde, z_tilde, rng, num_trials=20):
    """All trials of a kind at once would be faster; one after the other is fast enough."""
    found = {"unsup": [], "semi": []}
    for _ in range(num_trials):
        parts = np.split(rng.permutation(x), [len(x) // 4, len(x) // 2, 3 * len(x) // 4])
        theta = np.ones(4) / 4, np.array([p.mean(0) for p in parts]), np.array([np.cov(p.T, ddof=0) for p in parts])
        for kind, m in (("unsup", 0), ("semi", len(x_tilde))):
            found[kind].append(_em(x, x_tilde[:m], z_tilde[:m], *theta))
    return {
        f"{what}_{kind}": np.array([run[i] for run in runs])
        for kind, runs in found.items()
        for i, what in enumerate(("iters", "labels"))
    }


def _em(x, x_tilde, z_tilde, *theta):
    before, gain, iters = np.nan, np.inf, 0
    while not gain < 1e-3 and iters < 1000:
        w = e_step(x, *theta)
        theta = m_step(w, x, x_tilde, z_tilde, 20.0)
        now = objective(x, *theta, x_tilde, z_tilde, 20.0)
        gain, before, iters = abs(now - before), now, iters + 1
    return iters, w.argmax(axis=1)
