import numpy as np
from scipy.special import logsumexp, softmax

LR_GA = 2.5
LR_SGD = 0.03
BATCH_SGD = 50
CENTRES = [(-2, 0), (1, 3), (2, -2)]


def make_gmm_data(rng, n_per=1000):
    points = [rng.multivariate_normal(c, np.eye(2), n_per) for c in CENTRES]
    X, y = np.vstack(points), np.repeat([0, 1, 2], n_per)
    order = rng.permutation(len(X))
    return X[order], y[order]


def valid(X, mu):
    X, mu = np.array(X, float), np.array(mu, float)
    if len(X) == 0 or X.shape[1] != mu.shape[1]:
        raise ValueError("shapes")
    return X, mu


def log_components(X, mu):
    d2 = np.stack([((X - m) ** 2).sum(1) for m in mu], axis=1)
    return -0.5 * d2


def avg_log_likelihood(X, mu):
    X, mu = valid(X, mu)
    lse = logsumexp(log_components(X, mu), axis=1)
    return np.mean(lse) - np.log(len(mu)) - X.shape[1] / 2 * np.log(2 * np.pi)


def grad(X, mu):
    r = softmax(log_components(X, mu), axis=1)
    return np.stack([(r[:, [k]] * (X - mu[k])).mean(0) for k in range(len(mu))])


def fit_gradient_ascent(X, mu0, lr, n_iter=10):
    X, mu = valid(X, mu0)
    if lr <= 0:
        raise ValueError("lr")
    mus, ll = [mu], [avg_log_likelihood(X, mu)]
    for i in range(n_iter):
        mu = mu + lr * grad(X, mu)
        mus.append(mu)
        ll.append(avg_log_likelihood(X, mu))
    return np.array(mus), np.array(ll)


def fit_sgd(X, mu0, lr, batch_size, n_iter=5000, rng=None):
    X, mu = valid(X, mu0)
    if lr <= 0:
        raise ValueError("lr")
    out, trace = np.zeros((n_iter + 1, *mu.shape)), np.zeros(n_iter + 1)
    out[0], trace[0] = mu, avg_log_likelihood(X, mu)
    for t in range(n_iter):
        rows = rng.choice(len(X), min(batch_size, len(X)), replace=False)
        mu = mu + lr * grad(X[rows], mu)
        out[t + 1], trace[t + 1] = mu, avg_log_likelihood(X, mu)
    return out, trace


def fit_em(X, mu0, n_iter=10):
    X, mu = valid(X, mu0)
    path, values = [mu], [avg_log_likelihood(X, mu)]
    for _ in range(n_iter):
        r = softmax(log_components(X, mu), axis=1)
        mu = (r.T @ X) / r.sum(0)[:, None]
        path.append(mu)
        values.append(avg_log_likelihood(X, mu))
    return np.array(path), np.array(values)
