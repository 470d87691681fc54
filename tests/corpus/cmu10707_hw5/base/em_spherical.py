import numpy as np


def check(X, mu):
    if X.ndim != 2 or mu.ndim != 2 or X.shape[1] != mu.shape[1]:
        raise ValueError("shapes")
    if np.isnan(X).any() or np.isnan(mu).any():
        raise ValueError("NaN")


def sq(X, mu):
    check(X, mu)
    out = np.zeros((len(X), len(mu)))
    for k in range(len(mu)):
        out[:, k] = ((X - mu[k]) ** 2).sum(axis=1)
    return out


def e_step(X, mu):
    a = -0.5 * sq(X, mu)
    a = a - a.max(axis=1, keepdims=True)
    e = np.exp(a)
    return e / e.sum(axis=1, keepdims=True)


def m_step(X, q):
    if X.ndim != 2 or q.ndim != 2 or len(X) != len(q):
        raise ValueError("shapes")
    if np.isnan(X).any() or np.isnan(q).any() or (q < 0).any():
        raise ValueError("values")
    mu = []
    for k in range(q.shape[1]):
        total = q[:, k].sum()
        if total == 0:
            raise ValueError("empty")
        mu.append((q[:, k : k + 1] * X).sum(axis=0) / total)
    return np.array(mu)


def objective(q, X, mu):
    K, d = mu.shape
    if q.shape != (len(X), K) or np.isnan(q).any():
        raise ValueError("q")
    log_p = -0.5 * sq(X, mu) - np.log(K) - 0.5 * d * np.log(2 * np.pi)
    safe = np.where(q > 0, q, 1)
    return (q * log_p).sum() - (q * np.log(safe)).sum()


def log_likelihood(X, mu):
    K, d = mu.shape[0], X.shape[-1]
    log_p = -0.5 * sq(X, mu) - np.log(K) - 0.5 * d * np.log(2 * np.pi)
    return np.logaddexp.reduce(log_p, axis=1).sum()


def em(X, mu0, n_iter):
    mu = mu0
    trace = []
    q = e_step(X, mu)
    for _ in range(n_iter):
        trace.append(log_likelihood(X, mu))
        q = e_step(X, mu)
        mu = m_step(X, q)
    trace.append(log_likelihood(X, mu))
    return mu, q, trace


def e_step_restricted(X, mu):
    nearest = sq(X, mu).argmin(axis=1)
    return np.eye(len(mu))[nearest]


def bad_start():
    return [[10.2], [9.7], [-4.0]]
