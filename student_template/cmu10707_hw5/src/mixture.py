"""Mixtures of K Gaussians in d dimensions: problem 4 of cmu10707-hw5.

pi (K,) holds the weights, mu (K, d) the means, Sigma (K, d, d) the covariances. A weight may be 0. Logarithms are
natural. Every function raises ValueError when shapes do not fit, when a weight is negative or NaN, when the weights are
further than 1e-8 from summing to 1, and when a covariance is not symmetric and positive definite.
"""

import numpy as np


def log_density(X: "N d", pi: "K", mu: "K d", Sigma: "K d d") -> "N":
    """log p(x) of every row of X, finite also for points 60 standard deviations away from all components.

    Source: 10707, mixtures of Gaussians; problem 4a.
    """
    raise NotImplementedError


def sample(n: int, pi: "K", mu: "K d", Sigma: "K d d", rng: np.random.Generator) -> "tuple of (n), (n, d)":
    """n independent draws (Z, X): the component of each point (int64) and the point; all randomness comes from rng.

    Source: 10707, ancestral sampling of mixtures; problem 4b.
    """
    raise NotImplementedError


def responsibilities(X: "N d", pi: "K", mu: "K d", Sigma: "K d d") -> "N K":
    """p(z = k | x) of every row of X, also for points 60 standard deviations away from all components.

    Source: 10707, posterior of a mixture's latent variable; problem 4c.
    """
    raise NotImplementedError
