"""Partition functions, the Gibbs variational principle and the lower bound: problems 6 and 7 of cmu10707-hw5.

The latent variable z has S values; arrays over them have shape (S,). Logarithms are natural, -inf is the logarithm of
0, and 0 log 0 counts as 0. Logarithms may be as small as -1e5. Every function raises ValueError when shapes do not fit,
for a NaN, and when a distribution q has a negative entry or is further than 1e-8 from summing to 1.
"""

import numpy as np


def log_marginal(log_prior: "S", log_lik: "S") -> float:
    """log p(x) from log p(z) and log p(x | z); -inf when x is impossible.

    Source: 10707, the likelihood as a partition function; problem 6a.
    """
    # BEGIN SOLUTION
    joint = _logs(log_prior) + _logs(log_lik, np.shape(log_prior))
    top = joint.max()
    return float(top + np.log(np.exp(joint - top).sum())) if np.isfinite(top) else -np.inf
    # END SOLUTION


def posterior(log_prior: "S", log_lik: "S") -> "S":
    """p(z | x) from log p(z) and log p(x | z).

    Raises ValueError also when x is impossible. Source: 10707, the likelihood as a partition function; problem 6a.
    """
    # BEGIN SOLUTION
    total = log_marginal(log_prior, log_lik)
    if total == -np.inf:
        raise ValueError("p(x) is 0")
    return np.exp(np.asarray(log_prior, dtype=float) + np.asarray(log_lik, dtype=float) - total)
    # END SOLUTION


def elbo(q: "S", log_joint: "S") -> float:
    """H(q) + E_q log p(z, x), a lower bound on log p(x); -inf when q has probability where the joint has none.

    Source: 10707, evidence lower bound; problem 7a.
    """
    # BEGIN SOLUTION
    q = _distribution(q, np.shape(log_joint))
    inside = q > 0
    return float((q[inside] * (_logs(log_joint)[inside] - np.log(q[inside]))).sum())
    # END SOLUTION


def free_energy(q: "S", log_joint: "S") -> float:
    """Minus the lower bound: E_q log q - E_q log p(z, x), which the posterior minimises.

    Source: 10707, Gibbs variational principle; problem 7a.
    """
    # BEGIN SOLUTION
    return -elbo(q, log_joint)
    # END SOLUTION


def gap(q: "S", log_joint: "S") -> float:
    """KL(q || p(z | x)), what the bound lacks of log p(x); +inf where q has probability that the joint has not.

    Raises ValueError also when the joint is 0 everywhere. Source: 10707, Gibbs variational principle; problem 7e.
    """
    # BEGIN SOLUTION
    q = _distribution(q, np.shape(log_joint))
    total = log_marginal(log_joint, np.zeros(len(q)))
    if total == -np.inf:
        raise ValueError("the joint is 0 everywhere")
    inside = q > 0
    with np.errstate(divide="ignore"):
        return float((q[inside] * (np.log(q[inside]) - _logs(log_joint)[inside] + total)).sum())
    # END SOLUTION


def best_in_family(Qs: "M S", log_joint: "S") -> "tuple of int, float":
    """The index of the row of Qs with the largest lower bound, and log p(x) less that bound.

    Of rows that are equally good any index will do. Source: 10707, variational families; problem 7d.
    """
    # BEGIN SOLUTION
    bounds = [elbo(q, log_joint) for q in Qs]
    best = int(np.argmax(bounds))
    return best, log_marginal(log_joint, np.zeros(len(log_joint))) - bounds[best]
    # END SOLUTION


# BEGIN SOLUTION
def _logs(values, shape=None):
    """Logarithms of probabilities as a vector, or ValueError."""
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) == 0 or np.isnan(values).any() or (shape is not None and values.shape != shape):
        raise ValueError("logarithms must be vectors of one length without NaN")
    return values


def _distribution(q, shape):
    """q as a distribution of this shape, or ValueError."""
    q = np.asarray(q, dtype=float)
    if q.ndim != 1 or q.shape != shape or not (q >= 0).all() or not abs(q.sum() - 1) <= 1e-8:
        raise ValueError("q is no distribution over the values of z")
    return q


# END SOLUTION
