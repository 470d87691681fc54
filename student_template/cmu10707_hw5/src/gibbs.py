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
    raise NotImplementedError


def posterior(log_prior: "S", log_lik: "S") -> "S":
    """p(z | x) from log p(z) and log p(x | z).

    Raises ValueError also when x is impossible. Source: 10707, the likelihood as a partition function; problem 6a.
    """
    raise NotImplementedError


def elbo(q: "S", log_joint: "S") -> float:
    """H(q) + E_q log p(z, x), a lower bound on log p(x); -inf when q has probability where the joint has none.

    Source: 10707, evidence lower bound; problem 7a.
    """
    raise NotImplementedError


def free_energy(q: "S", log_joint: "S") -> float:
    """Minus the lower bound: E_q log q - E_q log p(z, x), which the posterior minimises.

    Source: 10707, Gibbs variational principle; problem 7a.
    """
    raise NotImplementedError


def gap(q: "S", log_joint: "S") -> float:
    """KL(q || p(z | x)), what the bound lacks of log p(x); +inf where q has probability that the joint has not.

    Raises ValueError also when the joint is 0 everywhere. Source: 10707, Gibbs variational principle; problem 7e.
    """
    raise NotImplementedError


def best_in_family(Qs: "M S", log_joint: "S") -> "tuple of int, float":
    """The index of the row of Qs with the largest lower bound, and log p(x) less that bound.

    Of rows that are equally good any index will do. Source: 10707, variational families; problem 7d.
    """
    raise NotImplementedError
