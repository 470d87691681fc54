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
    raise NotImplementedError


def m_step(X: "n d", q: "n K") -> "K d":
    """The best centres for q.

    Raises ValueError also when a column of q is 0 or an entry negative. Source: 10707, EM as double maximisation;
    problem 10b.
    """
    raise NotImplementedError


def objective(q: "n K", X: "n d", mu: "K d") -> float:
    """The sum over the points of H(q_i) + E_{q_i} log p(x_i, z).

    Source: 10707, EM as double maximisation; problem 10c.
    """
    raise NotImplementedError


def log_likelihood(X: "n d", mu: "K d") -> float:
    """The sum over the points of log p(x_i).

    Source: 10707, EM as double maximisation; problem 10c.
    """
    raise NotImplementedError


def em(X: "n d", mu0: "K d", n_iter: int) -> "tuple of (K, d), (n, K), (n_iter + 1)":
    """n_iter steps of EM from mu0: the centres, q, and the log-likelihoods of the centres before each step and at last.

    A step is an E step, and an M step with its result; the q that comes back belongs to the last step (for n_iter = 0
    to mu0). Do not stop early. Source: 10707, EM as double maximisation; problem 10d.
    """
    raise NotImplementedError


def e_step_restricted(X: "n d", mu: "K d") -> "n K":
    """The best q among those whose rows are certain: one entry 1, all others 0.

    Source: 10707, variational EM; problem 10d.
    """
    raise NotImplementedError


def bad_start() -> "3 1":
    """Three centres from which EM on given_points() ends at least 500 nats below the best that is known.

    The grader runs 200 steps of EM. Source: 10707, local optima of EM; problem 10e.
    """
    raise NotImplementedError
