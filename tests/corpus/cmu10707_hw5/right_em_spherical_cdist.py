import numpy as np
from scipy.spatial.distance import cdist
from scipy.special import log_softmax, logsumexp, xlogy


def _dist(X, mu):
    if np.ndim(X) != 2 or np.ndim(mu) != 2 or np.shape(X)[1] != np.shape(mu)[1]:
        raise ValueError("shape")
    if not np.isfinite(np.sum(X)) or not np.isfinite(np.sum(mu)):
        raise ValueError("NaN")
    return cdist(X, mu, "sqeuclidean")


def e_step(X, mu):
    return np.exp(log_softmax(-_dist(X, mu) / 2, axis=1))


def m_step(X, q):
    if np.ndim(X) != 2 or np.ndim(q) != 2 or len(X) != len(q) or not np.all(q >= 0) or not np.all(X == X):
        raise ValueError("input")
    totals = q.sum(0)
    if not totals.all():
        raise ValueError("a centre without points")
    return np.einsum("nk,nd->kd", q / totals, X)


def objective(q, X, mu):
    n, d = X.shape
    if np.shape(q) != (n, len(mu)) or np.isnan(np.sum(q)):
        raise ValueError("q")
    return np.sum(-q * _dist(X, mu) / 2) - n * np.log(len(mu)) - n * d / 2 * np.log(2 * np.pi) - xlogy(q, q).sum()


def log_likelihood(X, mu):
    D = _dist(X, mu)
    return np.array([logsumexp(-D / 2, axis=1).sum() - len(X) * (np.log(len(mu)) + X.shape[1] * np.log(2 * np.pi) / 2)])


def em(X, mu0, n_iter):
    centres, trace = mu0.copy(), np.empty(n_iter + 1)
    trace[0] = log_likelihood(X, centres)[0]
    q = e_step(X, centres)
    for t in range(1, n_iter + 1):
        q = e_step(X, centres)
        centres = m_step(X, q)
        trace[t] = log_likelihood(X, centres)[0]
    return centres, q, trace


def e_step_restricted(X, mu):
    D = _dist(X, mu)
    out = np.zeros(D.shape, dtype=int)
    out[np.arange(len(D)), D.argmin(1)] = 1
    return out


def bad_start():
    return np.array([[-10.5], [-9.5], [5.0]])
