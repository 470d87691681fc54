"""Mean field by coordinate ascent: problem 8 of cmu10707-hw5.

The latent variables z_0 .. z_{d-1} have finitely many values; log_joint is an array with one axis for each of them that
holds log p(z, x), or that plus any constant, with -inf for the impossible. Q is a list of d distributions, block i of
the length of axis i. In expectations 0 times -inf counts as 0. Logarithms are natural.

Functions raise ValueError when blocks and axes do not fit, when a block is no distribution (negative, NaN, further than
1e-8 from summing to 1), and when an update has nowhere to go, because every value has -inf.
"""

import numpy as np


def update(Q: "list of d blocks", log_joint: "card[0] card[1] ...", i: int) -> "card[i]":
    """The block q_i that maximises the lower bound when all others stay: proportional to exp E_{q_-i} log p(z, x).

    Source: 10707, mean-field update; problem 8a.
    """
    # BEGIN SOLUTION
    Q, log_joint = _blocks(Q, log_joint)
    weights = np.ones(())
    for j, q in enumerate(Q):
        weights = np.multiply.outer(weights, np.ones(len(q)) if j == i else q)
    terms = np.zeros(weights.shape)
    np.multiply(weights, log_joint, out=terms, where=weights > 0)
    m = terms.sum(axis=tuple(j for j in range(len(Q)) if j != i))
    top = m.max()
    if not np.isfinite(top):
        raise ValueError("every value of the block is impossible")
    q = np.exp(m - top)
    return q / q.sum()
    # END SOLUTION


def cavi(log_joint: "card[0] card[1] ...", Q0: "list of d blocks", n_sweeps: int) -> "tuple of list, (n_sweeps)":
    """The blocks after n_sweeps sweeps from Q0, and the lower bound after each sweep.

    A sweep updates block 0, then 1, up to d - 1, each with the newest of the others. Do not stop early. The bound is
    the entropy of the blocks plus the expectation of log_joint. Source: 10707, coordinate ascent; problem 8c.
    """
    # BEGIN SOLUTION
    Q, log_joint = _blocks(Q0, log_joint)
    trace = []
    for _ in range(n_sweeps):
        for i in range(len(Q)):
            Q[i] = update(Q, log_joint, i)
        trace.append(_bound(Q, log_joint))
    return Q, np.array(trace)
    # END SOLUTION


def gaussian_mean_field(m: "d", Lam: "d d") -> "tuple of (d), (d)":
    """Means and variances of the best fully factorised q for the posterior N(m, inv(Lam)), minimising KL(q || p).

    Lam is the precision matrix. Source: 10707, mean field for a Gaussian; problem 8e.
    """
    # BEGIN SOLUTION
    return np.array(m, dtype=float), 1 / np.diag(Lam)
    # END SOLUTION


def two_fixed_points() -> "tuple of list, list":
    """Two initial Q0 from which cavi ends in different fixed points for the joint [[.49, .01], [.01, .49]].

    Each is a list of two blocks of two probabilities. Source: 10707, local optima of mean field; problem 8d.
    """
    # BEGIN SOLUTION
    return [[0.9, 0.1], [0.9, 0.1]], [[0.1, 0.9], [0.1, 0.9]]
    # END SOLUTION


def printed_update_fails() -> "tuple of (a, b), list of two blocks":
    """A joint distribution P (a, b) and blocks Q for which the update of the slides lowers the lower bound.

    The slides' update of block 0 is q_0 = m / sum(m) with m = E_{q_1} log P, without an exponential. P and both blocks
    are positive and sum to one; the update must give positive entries and lower the bound by at least 1e-3. Sizes are
    2 to 5. Source: 10707, the printed mean-field update; problem 8d.
    """
    # BEGIN SOLUTION
    return np.reshape([0.6, 0.1, 0.2, 0.1], (2, 2)), 2 * [[0.7, 0.3]]
    # END SOLUTION


# BEGIN SOLUTION
def _blocks(Q, log_joint):
    """Blocks and joint as arrays, or ValueError."""
    log_joint = np.asarray(log_joint, dtype=float)
    Q = [np.asarray(q, dtype=float) for q in Q]
    if log_joint.shape != tuple(len(q) for q in Q) or any(q.ndim != 1 for q in Q) or np.isnan(log_joint).any():
        raise ValueError("log_joint needs one axis for each block, as long as the block, and no NaN")
    if any(not (q >= 0).all() or not abs(q.sum() - 1) <= 1e-8 for q in Q):
        raise ValueError("a block is no distribution")
    return Q, log_joint


def _bound(Q, log_joint):
    """Entropy plus expected log_joint."""
    weights = np.ones(())
    for q in Q:
        weights = np.multiply.outer(weights, q)
    inside = weights > 0
    entropy = -sum((q[q > 0] * np.log(q[q > 0])).sum() for q in Q)
    return float(entropy + (weights[inside] * log_joint[inside]).sum())


# END SOLUTION
