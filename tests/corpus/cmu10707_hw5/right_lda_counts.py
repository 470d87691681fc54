"""Dynamic programming over topic counts; proportions from gamma variates."""
import numpy as np
from scipy.special import gammaln


def checked(alpha, beta=None):
    if np.ndim(alpha) != 1 or not np.all(alpha > 0):
        raise ValueError("alpha must be positive")
    if beta is not None:
        if beta.shape[:1] != alpha.shape or not np.all(beta >= 0) or not np.allclose(beta.sum(1), 1, 0, 1e-8):
            raise ValueError("rows of beta")


def dirichlet_logpdf(theta, alpha):
    checked(alpha)
    if np.shape(theta) != np.shape(alpha) or not np.all(theta >= 0) or not abs(np.sum(theta) - 1) <= 1e-8:
        raise ValueError("theta")
    free = alpha != 1
    with np.errstate(divide="ignore"):
        body = (alpha[free] - 1) @ np.log(theta[free]) if free.any() else 0.0
    return np.float64(body + gammaln(alpha.sum()) - sum(gammaln(a) for a in alpha))


def sample(alpha, beta, lengths, rng):
    checked(alpha, beta)
    log_g = np.log(rng.gamma(alpha + 1, size=(len(lengths), len(alpha)))) + np.log(rng.random((len(lengths), len(alpha)))) / alpha
    g = np.exp(log_g - log_g.max(axis=1, keepdims=True))
    theta = g / g.sum(axis=1, keepdims=True)
    z, w = [], []
    cumulative = beta.cumsum(axis=1)
    for t, L in zip(theta, lengths):
        zd = np.searchsorted(t.cumsum(), rng.random(L), side="right").clip(max=len(t) - 1)
        z.append(zd)
        w.append([int(np.argmax(rng.random() < cumulative[k])) for k in zd])
    return theta, z, w


def doc_log_likelihood(w, alpha, beta):
    checked(alpha, beta)
    if any(not 0 <= v < beta.shape[1] for v in w):
        raise ValueError("word")
    table = {(0,) * len(alpha): 1.0}
    for v in w:
        after = {}
        for counts, p in table.items():
            for k in range(len(alpha)):
                key = counts[:k] + (counts[k] + 1,) + counts[k + 1 :]
                rate = (alpha[k] + counts[k]) / (alpha.sum() + sum(counts))
                after[key] = after.get(key, 0.0) + p * rate * beta[k, v]
        table = after
    with np.errstate(divide="ignore"):
        return np.log(sum(table.values()))
