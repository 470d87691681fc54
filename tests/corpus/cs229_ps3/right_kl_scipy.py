"""rel_entr and entr, masks, the certificate as a difference of tangents; numpy errors turned into ValueError by shape."""

import numpy as np
from scipy.special import entr, logsumexp, rel_entr, xlogy


def _probabilities(*tables, ndim):
    out = []
    for table in tables:
        table = np.asarray(table, dtype=np.float64)
        if table.ndim != ndim or not np.all(np.isfinite(table)) or np.any(table < 0):
            raise ValueError("expected probabilities")
        if not np.isclose(table.sum(), 1, rtol=0, atol=1e-8):
            raise ValueError("expected a sum of one")
        out.append(table)
    if len({table.shape for table in out}) > 1:
        raise ValueError("expected equal shapes")
    return out


def kl_divergence(p, q):
    return rel_entr(*_probabilities(p, q, ndim=1)).sum()


def entropy(p):
    (p,) = _probabilities(p, ndim=1)
    return np.array([entr(p).sum()])


def cross_entropy(p, q):
    p, q = _probabilities(p, q, ndim=1)
    with np.errstate(divide="ignore"):
        return np.sum(-xlogy(p, q))


def certificate_1a(P, Q):
    P, Q = np.asarray(P, dtype=float), np.asarray(Q, dtype=float)
    if P.ndim != 1 or P.shape != Q.shape or not (np.isfinite(P).all() and np.isfinite(Q).all()):
        raise ValueError("expected two vectors")
    if min(P.min(), Q.min()) <= 0:
        raise ValueError("expected positive numbers")
    return (P * np.log(P) - P * np.log(Q) - (P - Q)).reshape(-1, 1)


def kl_conditional(P, Q):
    P, Q = _probabilities(P, Q, ndim=2)
    return rel_entr(P, Q).sum() - rel_entr(P.sum(axis=1), Q.sum(axis=1)).sum()


def marginal_x(P):
    (P,) = _probabilities(P, ndim=2)
    return P @ np.ones((P.shape[1], 1))


def decomp_1b(P, Q):
    P, Q = _probabilities(P, Q, ndim=2)
    if not (P.all() and Q.all()):
        raise ValueError("expected positive probabilities")
    log_p, log_q = np.log(P), np.log(Q)
    A = logsumexp(log_p, axis=1) - logsumexp(log_q, axis=1)
    return [A, log_p - log_q - A.reshape(-1, 1)]


def _indices(xs, k):
    xs = np.asarray(xs)
    if xs.ndim != 1 or len(xs) < 1 or xs.min() < 0 or xs.max() > k - 1:
        raise ValueError("expected outcomes")
    return xs


def empirical(xs, k):
    return np.mean(np.eye(k)[_indices(xs, k)], axis=0)


def _log_probabilities(logp, ndim):
    logp = np.asarray(logp, dtype=float)
    if logp.ndim != ndim or not np.all(np.abs(np.exp(logsumexp(logp, axis=-1)) - 1) <= 1e-8):
        raise ValueError("expected logarithms of probabilities")
    return logp


def avg_log_lik(xs, logp):
    logp = _log_probabilities(logp, 1)
    return np.take(logp, _indices(xs, len(logp))).mean()


def best_theta(xs, logp_grid):
    logp_grid = _log_probabilities(logp_grid, 2)
    p = empirical(xs, logp_grid.shape[1])
    seen = p > 0
    divergences = (p[seen] * (np.log(p[seen]) - logp_grid[:, seen])).sum(axis=1)
    return np.argmin(divergences)
