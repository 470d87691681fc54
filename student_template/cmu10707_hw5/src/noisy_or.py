"""Noisy-OR networks of binary causes and symptoms: problem 3 of cmu10707-hw5.

There are nd causes d and ns symptoms s, all of them 0 or 1. Causes are independent, each is on with probability rho. A
cause that is on fires at symptom j with probability 1 - exp(-W[i, j]), independently of all others, and a symptom is on
when at least one cause fires at it. W has shape (nd, ns) and no negative entry; there is no leak. Logarithms are
natural.

Every function raises ValueError when W is not a matrix or has an entry that is negative or not finite, and where it
gets rho, unless 0 < rho < 1.
"""

import numpy as np


def activation_prob(D: "N nd", W: "nd ns") -> "N ns":
    """p(s_j = 1 | d) for every row d of D.

    Weights may be as small as 1e-14: seven digits must be right there too. Raises ValueError also when D does not
    have nd columns or holds anything but 0 and 1. Source: 10707, noisy-OR; problem 3a.
    """
    raise NotImplementedError


def sample(W: "nd ns", rho: float, n: int, rng: np.random.Generator) -> "tuple of (n, nd), (n, ns)":
    """n independent draws (D, S) of causes and symptoms, int64; all randomness comes from rng.

    Source: 10707, ancestral sampling of noisy-OR networks; problem 3b.
    """
    raise NotImplementedError


def log_likelihood(s: "ns", W: "nd ns", rho: float) -> float:
    """log p(s), all causes summed out, -inf for a symptom that nothing can cause; nd is at most 12.

    Raises ValueError also when s has another length than ns or holds anything but 0 and 1. Source: 10707, evidence in
    noisy-OR networks; problem 3c.
    """
    raise NotImplementedError


def posterior_marginals(s: "ns", W: "nd ns", rho: float) -> "nd":
    """p(d_i = 1 | s) of every cause; nd is at most 12.

    Raises ValueError as log_likelihood does, and when p(s) is 0. Source: 10707, explaining away; problem 3d.
    """
    raise NotImplementedError
