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
    raise NotImplementedError


def entropy(p: "k") -> float:
    """The entropy of p. Source: CS229 Fall 2020 PS3 1(a)."""
    raise NotImplementedError


def cross_entropy(p: "k", q: "k") -> float:
    """The cross-entropy of q under p, which is the entropy of p plus D(p || q); +inf where the divergence is.

    Source: CS229 Fall 2020 PS3 1(a).
    """
    raise NotImplementedError


def certificate_1a(P: "k", Q: "k") -> "k":
    """Numbers c that prove D(P || Q) >= 0, outcome by outcome, with equality for P = Q only.

    c[x] depends on P[x] and Q[x]. When P and Q are distributions, c sums to D(P || Q). For all positive P and Q,
    whether they sum to 1 or not, no c[x] is negative; and c[x] is positive where P[x] differs from Q[x], and 0 where it
    does not. All entries of P and Q are positive, and their sums are free: ValueError for an entry that is 0 or
    negative.
    Source: CS229 Fall 2020 PS3 1(a).
    """
    raise NotImplementedError


def kl_conditional(P: "a b", Q: "a b") -> float:
    """The divergence D(P(Y | X) || Q(Y | X)) of conditional distributions: its mean over X, which is drawn from P.

    Values of X that P gives 0 count nothing. +inf when Q gives 0 to a pair that P does not give 0.
    Source: CS229 Fall 2020 PS3 1(b).
    """
    raise NotImplementedError


def marginal_x(P: "a b") -> "a":
    """The distribution of X. Source: CS229 Fall 2020 PS3 1(b)."""
    raise NotImplementedError


def decomp_1b(P: "a b", Q: "a b") -> "tuple of (a), (a b)":
    """The pair (A, B) of log ratios into which log P(x, y) / Q(x, y) falls: A[x] of marginals, B[x, y] of conditionals.

    A[x] compares P(x) with Q(x), and B[x, y] compares P(y | x) with Q(y | x); A[x] + B[x, y] is the log ratio of the
    joint distributions. All entries of P and Q are positive: ValueError for a 0 as well.
    Source: CS229 Fall 2020 PS3 1(b).
    """
    raise NotImplementedError


def empirical(xs: "n", k: int) -> "k":
    """The empirical distribution of the outcomes xs among 0..k-1. Source: CS229 Fall 2020 PS3 1(c)."""
    raise NotImplementedError


def avg_log_lik(xs: "n", logp: "k") -> float:
    """The mean log-likelihood of xs under logp; -inf when an outcome in xs has probability 0.

    Source: CS229 Fall 2020 PS3 1(c).
    """
    raise NotImplementedError


def best_theta(xs: "n", logp_grid: "m k") -> int:
    """The row of logp_grid under which xs are likeliest, one row a parameter; of several that tie, the first.

    It is also the row whose divergence from the empirical distribution is least. Source: CS229 Fall 2020 PS3 1(c).
    """
    raise NotImplementedError
