import numpy as np
from scipy.special import logsumexp


def vec(a):
    a = np.asarray(a, dtype=float)
    if a.ndim != 1 or np.isnan(a).any():
        raise ValueError("NaN or shape")
    return a


def dist(q, n):
    q = vec(q)
    if len(q) != n or (q < 0).any() or abs(q.sum() - 1) > 1e-8:
        raise ValueError("q")
    return q


def log_marginal(log_prior, log_lik):
    a, b = vec(log_prior), vec(log_lik)
    if len(a) != len(b):
        raise ValueError("shapes")
    return logsumexp(a + b)


def posterior(log_prior, log_lik):
    lz = log_marginal(log_prior, log_lik)
    if lz == -np.inf:
        raise ValueError("impossible")
    return np.exp(log_prior + log_lik - lz)


def elbo(q, log_joint):
    log_joint = vec(log_joint)
    q = dist(q, len(log_joint))
    entropy = 0.0
    energy = 0.0
    for qi, lj in zip(q, log_joint):
        if qi > 0:
            entropy -= qi * np.log(qi)
            energy += qi * lj
    return entropy + energy


def free_energy(q, log_joint):
    return -elbo(q, log_joint)


def gap(q, log_joint):
    log_joint = vec(log_joint)
    q = dist(q, len(log_joint))
    lz = logsumexp(log_joint)
    if lz == -np.inf:
        raise ValueError("impossible")
    total = 0.0
    for qi, lj in zip(q, log_joint):
        if qi > 0:
            total += qi * (np.log(qi) - (lj - lz))
    return total


def best_in_family(Qs, log_joint):
    values = [elbo(q, log_joint) for q in Qs]
    i = max(range(len(values)), key=lambda j: values[j])
    return i, logsumexp(log_joint) - values[i]
