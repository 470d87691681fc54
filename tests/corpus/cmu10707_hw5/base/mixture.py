import numpy as np
from scipy.special import logsumexp


def check(pi, mu, Sigma):
    K, d = mu.shape
    if pi.shape != (K,) or Sigma.shape != (K, d, d):
        raise ValueError("shapes")
    if np.isnan(pi).any() or (pi < 0).any():
        raise ValueError("negative weight")
    if abs(pi.sum() - 1) > 1e-8:
        raise ValueError("weights")
    for S in Sigma:
        if np.abs(S - S.T).max() > 1e-9 or np.linalg.eigvalsh(S).min() <= 1e-12:
            raise ValueError("not SPD")


def log_joint(X, pi, mu, Sigma):
    check(pi, mu, Sigma)
    if X.ndim != 2 or X.shape[1] != mu.shape[1]:
        raise ValueError("X")
    K, d = mu.shape
    out = np.zeros((len(X), K))
    for k in range(K):
        diff = X - mu[k]
        maha = np.sum(diff @ np.linalg.inv(Sigma[k]) * diff, axis=1)
        logdet = np.linalg.slogdet(Sigma[k])[1]
        log_weight = np.log(pi[k]) if pi[k] > 0 else -np.inf
        out[:, k] = log_weight - 0.5 * maha - 0.5 * logdet - 0.5 * d * np.log(2 * np.pi)
    return out


def log_density(X, pi, mu, Sigma):
    return logsumexp(log_joint(X, pi, mu, Sigma), axis=1)


def sample(n, pi, mu, Sigma, rng):
    check(pi, mu, Sigma)
    K, d = mu.shape
    Z = rng.choice(K, size=n, p=pi)
    X = np.zeros((n, d))
    for k in range(K):
        here = Z == k
        root = np.linalg.cholesky(Sigma[k])
        X[here] = mu[k] + rng.standard_normal((here.sum(), d)) @ root.T
    return Z, X


def responsibilities(X, pi, mu, Sigma):
    joint = log_joint(X, pi, mu, Sigma)
    return np.exp(joint - logsumexp(joint, axis=1)[:, None])
