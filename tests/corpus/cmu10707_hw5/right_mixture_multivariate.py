import numpy as np
from scipy.stats import multivariate_normal


def fit(pi, mu, Sigma, X=None):
    if np.ndim(mu) != 2 or len(pi) != len(mu) or len(mu) != len(Sigma) or Sigma.shape[1:] != (mu.shape[1],) * 2:
        raise ValueError
    if X is not None and (X.ndim != 2 or X.shape[1] != mu.shape[1]):
        raise ValueError
    if not np.all(np.array(pi) >= 0) or not np.isclose(np.sum(pi), 1, rtol=0, atol=1e-8):
        raise ValueError
    if not np.allclose(Sigma, np.swapaxes(Sigma, 1, 2)) or not (np.linalg.eigvalsh(Sigma) > 1e-10).all():
        raise ValueError


def terms(X, pi, mu, Sigma):
    fit(pi, mu, Sigma, X)
    columns = []
    for k in range(len(pi)):
        q = np.atleast_1d(multivariate_normal(mu[k], Sigma[k]).logpdf(X).reshape(len(X)))
        with np.errstate(divide="ignore"):
            columns.append(q + np.log(pi[k]))
    return np.array(columns).T


def log_density(X, pi, mu, Sigma):
    return np.logaddexp.reduce(terms(X, pi, mu, Sigma), axis=1)


def sample(n, pi, mu, Sigma, rng):
    fit(pi, mu, Sigma)
    Z, X = [], []
    counts = rng.multinomial(1, pi, size=n).argmax(axis=1)
    values, vectors = np.linalg.eigh(Sigma)
    symmetric = np.einsum("kij,kj,klj->kil", vectors, np.sqrt(values), vectors)
    for z in counts:
        Z.append(int(z))
        if z == 0:
            X.append(rng.multivariate_normal(mu[z], Sigma[z]))
        else:
            X.append(mu[z] + symmetric[z] @ rng.standard_normal(mu.shape[1]))
    return np.array(Z, dtype=np.int32), np.array(X)


def responsibilities(X, pi, mu, Sigma):
    t = terms(X, pi, mu, Sigma)
    t -= t.max(axis=1, keepdims=True)
    e = np.exp(t)
    e /= e.sum(axis=1, keepdims=True)
    return e
