"""The two directions of the Kullback-Leibler divergence: problem 9 of cmu10707-hw5.

A target p is either a table of probabilities or a mixture of Gaussians on the line with weights w, means m and standard
deviations s, all of shape (k,). "Forward" is KL(p || q), "reverse" KL(q || p); q is what is fitted. Logarithms are
natural, and 0 log 0 counts as 0.
"""

import numpy as np
from scipy.optimize import minimize


def forward_gaussian(w: "k", m: "k", s: "k") -> "tuple of float, float":
    """Mean and standard deviation of the Gaussian q that minimises KL(p || q).

    Source: 10707, two KL divergences; problem 9a.
    """
    raise NotImplementedError


def forward_product(P: "a b") -> "tuple of (a), (b)":
    """The factors (row, col) of the product distribution q that minimises KL(P || q) for a joint table P.

    Source: 10707, two KL divergences; problem 9a.
    """
    raise NotImplementedError


def reverse_gaussian(w: "k", m: "k", s: "k", mu0: float, sd0: float) -> "tuple of float, float":
    """Mean and standard deviation of a Gaussian q at a local minimum of KL(q || p), found from N(mu0, sd0^2).

    The minimum must be the one that descent from the given start leads to. The gradient in (mu, log sd) must be below
    1e-3 there. The integrand has sharp bends between the modes: a Gauss-Hermite rule of a hundred nodes is not exact
    enough, thousands of equidistant nodes over nine standard deviations are. Source: 10707, two KL divergences; problem
    9b.
    """
    raise NotImplementedError


def kl(p: "k", q: "k") -> float:
    """KL(p || q) of two distributions over k values, +inf where p has probability that q has not.

    Raises ValueError for different lengths, a negative or NaN entry, or a sum further than 1e-8 from 1. Source: 10707,
    two KL divergences; problem 9c.
    """
    raise NotImplementedError


def allowed_support(p: "k", direction: "'reverse' or 'forward'") -> "k":
    """The border of q's support for a finite divergence, as booleans (k,).

    "reverse", KL(q || p): the values where q may have probability. "forward", KL(p || q): the values where q must have
    some. Raises ValueError for another direction. Source: 10707, zero forcing and mass covering; problem 9c.
    """
    raise NotImplementedError
