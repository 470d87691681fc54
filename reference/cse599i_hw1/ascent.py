"""What the gmm properties ask beside the solutions: one step from given means, and the best log-likelihood."""

import numpy as np

from reference.cse599i_hw1 import gmm


def gradient_step(X: "n d", mu: "K d", lr: float) -> "K d":
    """The means one step of gradient ascent further."""
    return gmm.fit_gradient_ascent(X, mu, lr, 1)[0][1]


def em_step(X: "n d", mu: "K d") -> "K d":
    """The means one iteration of EM further."""
    return gmm.fit_em(X, mu, 1)[0][1]


def optimum(X: "n d", start: "K d") -> "K d":
    """The means that 300 iterations of EM lead to."""
    mu = np.asarray(start, dtype=float)
    for _ in range(300):
        mu = em_step(X, mu)
    return mu
