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
    # BEGIN SOLUTION
    W = _weights(W)
    D = np.asarray(D)
    if D.ndim != 2 or D.shape[1] != len(W) or not np.isin(D, (0, 1)).all():
        raise ValueError(f"D needs {len(W)} columns of 0 and 1")
    return -np.expm1(-(D @ W))
    # END SOLUTION


def sample(W: "nd ns", rho: float, n: int, rng: np.random.Generator) -> "tuple of (n, nd), (n, ns)":
    """n independent draws (D, S) of causes and symptoms, int64; all randomness comes from rng.

    Source: 10707, ancestral sampling of noisy-OR networks; problem 3b.
    """
    # BEGIN SOLUTION
    W = _weights(W, rho)
    D = (rng.random((n, len(W))) < rho).astype(np.int64)
    S = (rng.random((n, W.shape[1])) < activation_prob(D, W)).astype(np.int64)
    return D, S
    # END SOLUTION


def log_likelihood(s: "ns", W: "nd ns", rho: float) -> float:
    """log p(s), all causes summed out, -inf for a symptom that nothing can cause; nd is at most 12.

    Raises ValueError also when s has another length than ns or holds anything but 0 and 1. Source: 10707, evidence in
    noisy-OR networks; problem 3c.
    """
    # BEGIN SOLUTION
    _, weights = _joint(s, W, rho)
    with np.errstate(divide="ignore"):
        return float(np.log(weights.sum()))
    # END SOLUTION


def posterior_marginals(s: "ns", W: "nd ns", rho: float) -> "nd":
    """p(d_i = 1 | s) of every cause; nd is at most 12.

    Raises ValueError as log_likelihood does, and when p(s) is 0. Source: 10707, explaining away; problem 3d.
    """
    # BEGIN SOLUTION
    D, weights = _joint(s, W, rho)
    if weights.sum() == 0:
        raise ValueError("p(s) is 0")
    return weights @ D / weights.sum()
    # END SOLUTION


# BEGIN SOLUTION
def _weights(W, rho=0.5):
    """W as a matrix, or ValueError."""
    W = np.asarray(W, dtype=float)
    if W.ndim != 2 or not np.isfinite(W).all() or (W < 0).any():
        raise ValueError("W must be a matrix of finite weights, none of them negative")
    if not 0 < rho < 1:
        raise ValueError(f"rho is {rho}, which is not between 0 and 1")
    return W


def _joint(s, W, rho):
    """All vectors of causes (2^nd, nd) and p(d) p(s | d) of each."""
    W = _weights(W, rho)
    s = np.asarray(s)
    if s.shape != (W.shape[1],) or not np.isin(s, (0, 1)).all():
        raise ValueError(f"s needs {W.shape[1]} entries of 0 and 1")
    D = np.arange(2 ** len(W))[:, None] >> np.arange(len(W)) & 1
    on = activation_prob(D, W)
    given = np.where(s == 1, on, 1 - on).prod(axis=1)
    return D, given * np.where(D == 1, rho, 1 - rho).prod(axis=1)


# END SOLUTION
