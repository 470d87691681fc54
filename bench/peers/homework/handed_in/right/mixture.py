import numpy as np


def log_normal(x, mean, cov):
    lower = np.linalg.cholesky(cov)
    z = np.linalg.solve(lower, (x - mean).T)
    return -0.5 * (z**2).sum(axis=0) - np.log(np.diag(lower)).sum() - 0.5 * x.shape[1] * np.log(2 * np.pi)


def joint(x, weights, means, covs):
    return np.stack([np.log(w) + log_normal(x, m, c) for w, m, c in zip(weights, means, covs)], axis=1)


def e_step(x, weights, means, covs):
    logs = joint(x, weights, means, covs)
    w = np.exp(logs - logs.max(axis=1, keepdims=True))
    return w / w.sum(axis=1, keepdims=True)


def m_step(x, shares):
    counts = shares.sum(axis=0)
    means = (shares.T @ x) / counts[:, None]
    covs = []
    for j, mean in enumerate(means):
        diff = x - mean
        covs.append((shares[:, j, None] * diff).T @ diff / counts[j] + 0.01 * np.eye(x.shape[1]))
    return counts / len(x), means, np.stack(covs)


def log_likelihood(x, weights, means, covs):
    return np.logaddexp.reduce(joint(x, weights, means, covs), axis=1).mean()


def run(x, weights, means, covs, steps):
    for _ in range(steps):
        shares = e_step(x, weights, means, covs)
        weights, means, covs = m_step(x, shares)
    return weights, means, covs
