"""EM as double maximisation, for p(x) = sum over k of N(x; mu_k, I) / K: problem 10 of cmu10707-hw5.

X (n, d) holds the points, mu (K, d) the centres; weights and covariances are fixed. The objective of a table q (n, K)
of distributions is the sum over the points of H(q_i) + E_{q_i} log p(x_i, z), with all constants; the E step maximises
it in q, the M step in mu. Logarithms are natural, and 0 log 0 counts as 0. Functions raise ValueError when shapes do
not fit and for NaN.
"""

import numpy as np


def given_points() -> "120 1":
    """The points of problem 10e: 40 around each of -10, 0 and 10."""
    return np.concatenate([np.linspace(centre - 1, centre + 1, 40) for centre in (-10.0, 0.0, 10.0)]).reshape(-1, 1)


def e_step(X: "n d", mu: "K d") -> "n K":
    """The best q: the posterior probabilities of the centres, also for points far from all of them.

    Source: 10707, EM as double maximisation; problem 10a.
    """
    # BEGIN SOLUTION
    joint = _log_joint(X, mu)
    return np.exp(joint - _log_sum(joint)[:, None])
    # END SOLUTION


def m_step(X: "n d", q: "n K") -> "K d":
    """The best centres for q.

    Raises ValueError also when a column of q is 0 or an entry negative. Source: 10707, EM as double maximisation;
    problem 10b.
    """
    # BEGIN SOLUTION
    X, q = np.asarray(X, dtype=float), np.asarray(q, dtype=float)
    if X.ndim != 2 or q.ndim != 2 or len(X) != len(q) or np.isnan(X).any() or not (q >= 0).all():
        raise ValueError("q needs a row of probabilities for each point")
    total = q.sum(axis=0)
    if (total == 0).any():
        raise ValueError("a centre has no probability at all")
    return q.T @ X / total[:, None]
    # END SOLUTION


def objective(q: "n K", X: "n d", mu: "K d") -> float:
    """The sum over the points of H(q_i) + E_{q_i} log p(x_i, z).

    Source: 10707, EM as double maximisation; problem 10c.
    """
    # BEGIN SOLUTION
    joint, q = _log_joint(X, mu), np.asarray(q, dtype=float)
    if q.shape != joint.shape or not (q >= 0).all():
        raise ValueError("q needs a row of probabilities for each point")
    return float((q * joint).sum() - (q[q > 0] * np.log(q[q > 0])).sum())
    # END SOLUTION


def log_likelihood(X: "n d", mu: "K d") -> float:
    """The sum over the points of log p(x_i).

    Source: 10707, EM as double maximisation; problem 10c.
    """
    # BEGIN SOLUTION
    return float(_log_sum(_log_joint(X, mu)).sum())
    # END SOLUTION


def em(X: "n d", mu0: "K d", n_iter: int) -> "tuple of (K, d), (n, K), (n_iter + 1)":
    """n_iter steps of EM from mu0: the centres, q, and the log-likelihoods of the centres before each step and at last.

    A step is an E step, and an M step with its result; the q that comes back belongs to the last step (for n_iter = 0
    to mu0). Do not stop early. Source: 10707, EM as double maximisation; problem 10d.
    """
    # BEGIN SOLUTION
    mu = np.asarray(mu0, dtype=float)
    q, trace = e_step(X, mu), [log_likelihood(X, mu)]
    for _ in range(n_iter):
        q = e_step(X, mu)
        mu = m_step(X, q)
        trace.append(log_likelihood(X, mu))
    return mu, q, np.array(trace)
    # END SOLUTION


def e_step_restricted(X: "n d", mu: "K d") -> "n K":
    """The best q among those whose rows are certain: one entry 1, all others 0.

    Source: 10707, variational EM; problem 10d.
    """
    # BEGIN SOLUTION
    joint = _log_joint(X, mu)
    return np.eye(joint.shape[1])[joint.argmax(axis=1)]
    # END SOLUTION


def bad_start() -> "3 1":
    """Three centres from which EM on given_points() ends at least 500 nats below the best that is known.

    The grader runs 200 steps of EM. Source: 10707, local optima of EM; problem 10e.
    """
    # BEGIN SOLUTION
    return np.array([[-5.0], [9.5], [10.5]])
    # END SOLUTION


# BEGIN SOLUTION
def _log_joint(X, mu):
    """log p(x, z = k), (n, K)."""
    X, mu = np.asarray(X, dtype=float), np.asarray(mu, dtype=float)
    if X.ndim != 2 or mu.ndim != 2 or X.shape[1] != mu.shape[1] or len(mu) == 0:
        raise ValueError(f"shapes {X.shape} and {mu.shape} do not fit")
    if np.isnan(X).any() or np.isnan(mu).any():
        raise ValueError("a point or centre has a coordinate NaN")
    squares = ((X[:, None] - mu) ** 2).sum(axis=2)
    return -0.5 * squares - np.log(len(mu)) - X.shape[1] / 2 * np.log(2 * np.pi)


def _log_sum(joint):
    """log sum exp over the last axis."""
    top = joint.max(axis=1)
    return top + np.log(np.exp(joint - top[:, None]).sum(axis=1))


# END SOLUTION
