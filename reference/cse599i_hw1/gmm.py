"""A mixture of three Gaussians with identity covariances, its means fitted in three ways: part 7 of cse599i-hw1.

A mixture of K components gives each the weight 1 / K and the covariance I; only the means mu (K, d) are fitted. The
log-likelihood is the mean over the points, not the sum, in nats. Gradients are those of this mean too, so a step size
has the same meaning for every number of points. A trace begins with mu0: its entry k belongs to the means after k
steps. float32 inside is accepted.

Functions raise ValueError when X (n, d) has no row, when the shapes of X and means do not fit, and when a step size is
not positive.
"""

import numpy as np

MEANS = np.array([[-2.0, 0.0], [1.0, 3.0], [2.0, -2.0]])  # of the components 0, 1, 2 of the data

LR_GA = 0.01  # your step size of part 7b
LR_SGD = 0.01  # your step size of part 7c
BATCH_SGD = 1  # your batch size of part 7c
# BEGIN SOLUTION
LR_GA, LR_SGD, BATCH_SGD = 2.0, 0.05, 32
# END SOLUTION


def make_gmm_data(rng: np.random.Generator, n_per: int = 1000) -> "tuple of (3 n_per, 2), (3 n_per)":
    """Points and the numbers 0, 1, 2 of their components: exactly n_per points from N(MEANS[k], I) for each k.

    Rows may stand in any order. Everything random comes from rng. Source: CSE 599i, homework 1, problem 7a.
    """
    # BEGIN SOLUTION
    labels = np.repeat(np.arange(len(MEANS)), n_per)
    return MEANS[labels] + rng.standard_normal((len(labels), 2)), labels
    # END SOLUTION


def avg_log_likelihood(X: "n d", mu: "K d") -> float:
    """The mean of log p(x) over the rows of X, right also where every exp underflows; any K >= 1 and d >= 1.

    Source: CSE 599i, homework 1, problem 7.
    """
    # BEGIN SOLUTION
    X, mu = _checked(X, mu)
    return float(_log_joint(X, mu)[1].mean())
    # END SOLUTION


def fit_gradient_ascent(X: "n d", mu0: "K d", lr: float, n_iter: int = 10) -> "tuple of (n_iter+1, K, d), (n_iter+1)":
    """n_iter steps of size lr along the gradient of the log-likelihood from mu0: all means, and their log-likelihoods.

    Source: CSE 599i, homework 1, problem 7b.
    """
    # BEGIN SOLUTION
    X, mu = _checked(X, mu0, lr)
    mus = [mu]
    for _ in range(n_iter):
        mus.append(mus[-1] + lr * _gradient(X, mus[-1]))
    return np.array(mus), np.array([avg_log_likelihood(X, mu) for mu in mus])
    # END SOLUTION


def fit_sgd(
    X: "n d", mu0: "K d", lr: float, batch_size: int, n_iter: int = 5000, rng: np.random.Generator | None = None
) -> "tuple of (n_iter+1, K, d), (n_iter+1)":
    """The same with the gradient of the mean over a new random batch of batch_size rows in each step.

    Batches are drawn from rng, with or without replacement or by passes over shuffled data. The trace holds the
    log-likelihood of all of X, not of the batch. Source: CSE 599i, homework 1, problem 7c.
    """
    # BEGIN SOLUTION
    X, mu = _checked(X, mu0, lr)
    rng = np.random.default_rng() if rng is None else rng
    mus = [mu]
    for _ in range(n_iter):
        batch = X[rng.integers(0, len(X), batch_size)]
        mus.append(mus[-1] + lr * _gradient(batch, mus[-1]))
    return np.array(mus), np.array([avg_log_likelihood(X, mu) for mu in mus])
    # END SOLUTION


def fit_em(X: "n d", mu0: "K d", n_iter: int = 10) -> "tuple of (n_iter+1, K, d), (n_iter+1)":
    """n_iter iterations of EM for the means alone from mu0: all means, and their log-likelihoods.

    Source: CSE 599i, homework 1, problem 7d.
    """
    # BEGIN SOLUTION
    X, mu = _checked(X, mu0)
    mus = [mu]
    for _ in range(n_iter):
        r = _responsibilities(X, mus[-1])
        total = r.sum(axis=0)[:, None]
        mus.append(np.where(total > 0, r.T @ X / np.where(total > 0, total, 1), mus[-1]))
    return np.array(mus), np.array([avg_log_likelihood(X, mu) for mu in mus])
    # END SOLUTION


# BEGIN SOLUTION
def _checked(X, mu, lr=1.0):
    """Points and means as arrays, or ValueError."""
    X, mu = np.asarray(X, dtype=float), np.asarray(mu, dtype=float)
    if X.ndim != 2 or mu.ndim != 2 or X.shape[1] != mu.shape[1] or 0 in X.shape or len(mu) == 0:
        raise ValueError(f"X has shape {X.shape}, the means have shape {mu.shape}")
    if not lr > 0:
        raise ValueError(f"the step size is {lr}")
    return X, mu


def _log_joint(X, mu):
    """log p(x, k) (n, K) and log p(x) (n,) for every row."""
    squares = ((X[:, None, :] - mu) ** 2).sum(axis=2)
    joint = -squares / 2 - X.shape[1] / 2 * np.log(2 * np.pi) - np.log(len(mu))
    top = joint.max(axis=1, keepdims=True)
    return joint, top[:, 0] + np.log(np.exp(joint - top).sum(axis=1))


def _responsibilities(X, mu):
    """p(k | x), (n, K)."""
    joint, total = _log_joint(X, mu)
    return np.exp(joint - total[:, None])


def _gradient(X, mu):
    """The gradient of the mean log-likelihood in the means, (K, d)."""
    r = _responsibilities(X, mu)
    return (r.T @ X - r.sum(axis=0)[:, None] * mu) / len(X)


# END SOLUTION
