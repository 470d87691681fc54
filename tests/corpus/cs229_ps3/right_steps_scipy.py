"""E-step with scipy's Gaussian and softmax, M-step with numpy's weighted average and covariance."""
import numpy as np
from scipy.special import entr, logsumexp, softmax
from scipy.stats import multivariate_normal


def e_step(x, phi, mu, sigma):
    x, phi, mu, sigma = (np.asarray_chkfinite(a, dtype=np.float64) for a in (x, phi, mu, sigma))
    if x.ndim != 2:
        raise ValueError(f"x has {x.ndim} dimensions instead of 2")
    K, d = phi.size, x.shape[1]
    for name, a, shape in (("phi", phi, (K,)), ("mu", mu, (K, d)), ("sigma", sigma, (K, d, d))):
        if a.shape != shape:
            raise ValueError(f"{name} has shape {a.shape} instead of {shape}")
    if np.any(phi < 0) or not np.isclose(phi.sum(), 1, rtol=0, atol=1e-8):
        raise ValueError("phi must be nonnegative and sum to 1")
    with np.errstate(divide="ignore"):
        log_prior = np.log(phi)
    log_density = [np.reshape(multivariate_normal.logpdf(x, mean=mu[j], cov=sigma[j]), len(x)) for j in range(K)]
    return softmax(log_prior + np.stack(log_density, axis=-1), axis=1)


def m_step(w, x, x_tilde, z_tilde, alpha):
    w, x, x_tilde, z_tilde = (np.asarray_chkfinite(a, dtype=np.float64) for a in (w, x, x_tilde, z_tilde))
    if w.ndim != 2 or x.ndim != 2 or x_tilde.ndim != 2 or z_tilde.ndim != 1:
        raise ValueError("w, x and x_tilde are matrices, z_tilde is a vector")
    if w.shape[0] != x.shape[0] or x_tilde.shape[0] != z_tilde.shape[0] or x.shape[1] != x_tilde.shape[1]:
        raise ValueError("shapes do not fit together")
    if not alpha >= 0 or np.isinf(alpha):
        raise ValueError("alpha must be a finite number >= 0")
    if np.any(w < 0) or np.any(np.abs(w.sum(axis=1) - 1) > 1e-8):
        raise ValueError("rows of w must be distributions")
    K = w.shape[1]
    if not np.isin(z_tilde, np.arange(K)).all():
        raise ValueError("labels must be among 0..K-1")

    points = np.concatenate([x, x_tilde])
    weights = np.concatenate([w, alpha * (z_tilde[:, None] == np.arange(K))])
    phi = weights.sum(axis=0) / weights.sum()
    mu = np.array([np.average(points, axis=0, weights=weights[:, j]) for j in range(K)])
    sigma = np.array([np.atleast_2d(np.cov(points, rowvar=False, aweights=weights[:, j], ddof=0)) for j in range(K)])
    return phi, mu, sigma


def log_pairs(x, phi, mu, sigma):
    """log p(x_i, z_i = j), for arguments that e_step accepts."""
    e_step(x, phi, mu, sigma)
    table = [np.reshape(multivariate_normal.logpdf(x, mean=mu[j], cov=sigma[j]), len(x)) for j in range(len(phi))]
    return np.stack(table, axis=-1) + np.log(phi)


def labelled(phi, mu, sigma, x_tilde, z_tilde, alpha):
    x_tilde, z_tilde = (np.asarray_chkfinite(a, dtype=np.float64) for a in (x_tilde, z_tilde))
    if x_tilde.shape != (z_tilde.size, np.shape(mu)[1]) or z_tilde.ndim != 1 or not alpha >= 0:
        raise ValueError("labelled points, labels and alpha do not fit")
    if not np.isin(z_tilde, np.arange(len(phi))).all():
        raise ValueError("labels must be among 0..K-1")
    if not z_tilde.size:
        return 0.0
    return alpha * np.take_along_axis(log_pairs(x_tilde, phi, mu, sigma), z_tilde.astype(int)[:, None], axis=1).sum()


def objective(x, phi, mu, sigma, x_tilde, z_tilde, alpha):
    return logsumexp(log_pairs(x, phi, mu, sigma), axis=1).sum() + labelled(phi, mu, sigma, x_tilde, z_tilde, alpha)


def lower_bound(Q, x, phi, mu, sigma, x_tilde, z_tilde, alpha):
    joint, Q = log_pairs(x, phi, mu, sigma), np.asarray_chkfinite(Q, dtype=np.float64)
    if Q.shape != joint.shape or np.any(Q < 0) or np.any(np.abs(Q.sum(axis=1) - 1) > 1e-8):
        raise ValueError("rows of Q must be distributions over the components")
    return (Q * joint + entr(Q)).sum() + labelled(phi, mu, sigma, x_tilde, z_tilde, alpha)


def compare(x, x_tilde, z_tilde, rng, num_trials=20):
    """Made of the functions above; counts as int64, labels as lists."""
    rows = []
    for _ in range(num_trials):
        split = rng.permuted(np.arange(len(x)) % 4)
        begin = (
            np.full(4, 0.25),
            np.array([x[split == j].mean(axis=0) for j in range(4)]),
            np.array([np.cov(x[split == j], rowvar=False, bias=True) for j in range(4)]),
        )
        rows.append([*run(x, x_tilde[:0], z_tilde[:0], begin), *run(x, x_tilde, z_tilde, begin)])
    columns = [list(column) for column in zip(*rows)]
    names = ("iters_unsup", "labels_unsup", "iters_semi", "labels_semi")
    return dict(zip(names, columns))


def run(x, x_tilde, z_tilde, theta):
    before = -np.inf
    for t in range(1000):
        w = e_step(x, *theta)
        theta = m_step(w, x, x_tilde, z_tilde, 20.0)
        after = objective(x, *theta, x_tilde, z_tilde, 20.0)
        if abs(after - before) < 1e-3:
            break
        before = after
    return np.int64(t + 1), w.argmax(axis=1).tolist()
