"""Divergences between distributions over finitely many outcomes: question 1 of cs229-ps3, `src/kl/kl.py`.

Logarithms are natural, results are in nats, and 0 log 0 is 0. p and q are distributions over outcomes 0..k-1; P and Q
with two axes are joint distributions of a pair (X, Y), a row for each value of X and a column for each value of Y;
logp holds logarithms of probabilities, -inf among them; xs holds observed outcomes, whole numbers from 0 on.
Every function raises ValueError when shapes do not fit, an entry is NaN or infinite (but for -inf in logp), xs is empty
or has an outcome that is not among those there are, and, unless its own text says otherwise, when a distribution (or
the exponential of a logp, or of a row of logp_grid) has a negative entry or a sum that is off 1 by more than 1e-8.
"""

import numpy as np


def kl_divergence(p: "k", q: "k") -> float:
    """The divergence D(p || q) of q from p: +inf when q gives 0 to an outcome that p does not give 0.

    Source: CS229 Fall 2020 PS3 1(a).
    """
    # BEGIN SOLUTION
    p, q = _pair(p, q, 1)
    return _expected(p, np.log(p, where=p > 0, out=np.zeros(p.shape))) + _expected(p, _surprise(q))
    # END SOLUTION


def entropy(p: "k") -> float:
    """The entropy of p. Source: CS229 Fall 2020 PS3 1(a)."""
    # BEGIN SOLUTION
    p = _distribution(p, 1)
    return _expected(p, _surprise(p))
    # END SOLUTION


def cross_entropy(p: "k", q: "k") -> float:
    """The cross-entropy of q under p, which is the entropy of p plus D(p || q); +inf where the divergence is.

    Source: CS229 Fall 2020 PS3 1(a).
    """
    # BEGIN SOLUTION
    p, q = _pair(p, q, 1)
    return _expected(p, _surprise(q))
    # END SOLUTION


def certificate_1a(P: "k", Q: "k") -> "k":
    """Numbers c that prove D(P || Q) >= 0, outcome by outcome, with equality for P = Q only.

    c[x] depends on P[x] and Q[x]. When P and Q are distributions, c sums to D(P || Q). For all positive P and Q,
    whether they sum to 1 or not, no c[x] is negative; and c[x] is positive where P[x] differs from Q[x], and 0 where it
    does not. All entries of P and Q are positive, and their sums are free: ValueError for an entry that is 0 or
    negative.
    Source: CS229 Fall 2020 PS3 1(a).
    """
    # BEGIN SOLUTION
    P, Q = _positive(P, 1), _positive(Q, 1)
    _same_shape(P, Q)
    return Q - P + P * np.log(P / Q)
    # END SOLUTION


def kl_conditional(P: "a b", Q: "a b") -> float:
    """The divergence D(P(Y | X) || Q(Y | X)) of conditional distributions: its mean over X, which is drawn from P.

    Values of X that P gives 0 count nothing. +inf when Q gives 0 to a pair that P does not give 0.
    Source: CS229 Fall 2020 PS3 1(b).
    """
    # BEGIN SOLUTION
    P, Q = _pair(P, Q, 2)
    seen = P > 0
    if (Q[seen] == 0).any():
        return float("inf")
    row = np.nonzero(seen)[0]
    ratio = P[seen] / P.sum(axis=1)[row] / (Q[seen] / Q.sum(axis=1)[row])
    return float(P[seen] @ np.log(ratio))
    # END SOLUTION


def marginal_x(P: "a b") -> "a":
    """The distribution of X. Source: CS229 Fall 2020 PS3 1(b)."""
    # BEGIN SOLUTION
    return _distribution(P, 2).sum(axis=1)
    # END SOLUTION


def decomp_1b(P: "a b", Q: "a b") -> "tuple of (a), (a b)":
    """The pair (A, B) of log ratios into which log P(x, y) / Q(x, y) falls: A[x] of marginals, B[x, y] of conditionals.

    A[x] compares P(x) with Q(x), and B[x, y] compares P(y | x) with Q(y | x); A[x] + B[x, y] is the log ratio of the
    joint distributions. All entries of P and Q are positive: ValueError for a 0 as well.
    Source: CS229 Fall 2020 PS3 1(b).
    """
    # BEGIN SOLUTION
    P, Q = _pair(_positive(P, 2), _positive(Q, 2), 2)
    first = np.log(P.sum(axis=1) / Q.sum(axis=1))
    return first, np.log(P / Q) - first[:, None]
    # END SOLUTION


def empirical(xs: "n", k: int) -> "k":
    """The empirical distribution of the outcomes xs among 0..k-1. Source: CS229 Fall 2020 PS3 1(c)."""
    # BEGIN SOLUTION
    return np.bincount(_outcomes(xs, k), minlength=k) / len(xs)
    # END SOLUTION


def avg_log_lik(xs: "n", logp: "k") -> float:
    """The mean log-likelihood of xs under logp; -inf when an outcome in xs has probability 0.

    Source: CS229 Fall 2020 PS3 1(c).
    """
    # BEGIN SOLUTION
    logp = _log_distributions(logp, 1)
    return float(logp[_outcomes(xs, len(logp))].mean())
    # END SOLUTION


def best_theta(xs: "n", logp_grid: "m k") -> int:
    """The row of logp_grid under which xs are likeliest, one row a parameter; of several that tie, the first.

    It is also the row whose divergence from the empirical distribution is least. Source: CS229 Fall 2020 PS3 1(c).
    """
    # BEGIN SOLUTION
    grid = _log_distributions(logp_grid, 2)
    return int(np.argmax(grid[:, _outcomes(xs, grid.shape[1])].sum(axis=1)))
    # END SOLUTION


# BEGIN SOLUTION
def _surprise(q):
    """Minus the logarithm of q, +inf where q is 0."""
    return -np.log(q, where=q > 0, out=np.full(q.shape, -np.inf))


def _expected(p, values):
    """The mean of values under p, to which outcomes of probability 0 add nothing."""
    return float(p[p > 0] @ values[p > 0])


def _finite(value, axes):
    """The value as a float array of finite numbers with so many axes, or ValueError."""
    array = np.asarray(value, dtype=float)
    if array.ndim != axes or not np.isfinite(array).all():
        raise ValueError(f"expected an array of {axes} axes of finite numbers, got shape {array.shape}")
    return array


def _distribution(value, axes):
    """The value as a distribution, or ValueError."""
    p = _finite(value, axes)
    if (p < 0).any() or abs(p.sum() - 1) > 1e-8:
        raise ValueError("this is not a distribution: an entry is negative, or the sum is not 1")
    return p


def _positive(value, axes):
    """The value as an array of positive numbers, or ValueError."""
    array = _finite(value, axes)
    if (array <= 0).any():
        raise ValueError("an entry is not positive")
    return array


def _pair(p, q, axes):
    """Two distributions over the same outcomes, or ValueError."""
    p, q = _distribution(p, axes), _distribution(q, axes)
    _same_shape(p, q)
    return p, q


def _same_shape(p, q):
    """ValueError unless both have the same shape."""
    if p.shape != q.shape:
        raise ValueError(f"the shapes {p.shape} and {q.shape} differ")


def _outcomes(xs, k):
    """The observed outcomes as indices, or ValueError."""
    xs = _finite(xs, 1).astype(int)
    if len(xs) == 0 or not ((xs >= 0) & (xs < k)).all():
        raise ValueError(f"xs must hold outcomes among 0..{k - 1}, at least one")
    return xs


def _log_distributions(value, axes):
    """The value as an array whose last axis holds logarithms of distributions, or ValueError."""
    logs = np.asarray(value, dtype=float)
    if logs.ndim != axes or not (np.abs(np.exp(logs).sum(axis=-1) - 1) <= 1e-8).all():
        raise ValueError("these are not logarithms of distributions: their exponentials do not sum to 1")
    return logs


# END SOLUTION
