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
    # BEGIN SOLUTION
    return _log_sum(_log_joint(X, pi, mu, Sigma))
    # END SOLUTION


def sample(n: int, pi: "K", mu: "K d", Sigma: "K d d", rng: np.random.Generator) -> "tuple of (n), (n, d)":
    """n independent draws (Z, X): the component of each point (int64) and the point; all randomness comes from rng.

    Source: 10707, ancestral sampling of mixtures; problem 4b.
    """
    # BEGIN SOLUTION
    pi, mu, roots = _parameters(pi, mu, Sigma)
    Z = rng.choice(len(pi), size=n, p=pi / pi.sum()).astype(np.int64)
    noise = rng.standard_normal((n, mu.shape[1]))
    return Z, mu[Z] + np.einsum("nij,nj->ni", roots[Z], noise)
    # END SOLUTION


def responsibilities(X: "N d", pi: "K", mu: "K d", Sigma: "K d d") -> "N K":
    """p(z = k | x) of every row of X, also for points 60 standard deviations away from all components.

    Source: 10707, posterior of a mixture's latent variable; problem 4c.
    """
    # BEGIN SOLUTION
    joint = _log_joint(X, pi, mu, Sigma)
    return np.exp(joint - _log_sum(joint)[:, None])
    # END SOLUTION


# BEGIN SOLUTION
def _parameters(pi, mu, Sigma):
    """Weights, means and Cholesky roots, or ValueError."""
    pi, mu, Sigma = (np.asarray(value, dtype=float) for value in (pi, mu, Sigma))
    if mu.ndim != 2 or pi.shape != mu.shape[:1] or Sigma.shape != (*mu.shape, mu.shape[1]):
        raise ValueError(f"shapes {pi.shape}, {mu.shape} and {Sigma.shape} do not fit")
    if not (pi >= 0).all() or not abs(pi.sum() - 1) <= 1e-8:
        raise ValueError("the weights are no distribution")
    if not np.allclose(Sigma, Sigma.transpose(0, 2, 1), rtol=1e-8, atol=1e-10):
        raise ValueError("a covariance is not symmetric")
    try:
        return pi, mu, np.linalg.cholesky(Sigma)
    except np.linalg.LinAlgError:
        raise ValueError("a covariance is not positive definite") from None


def _log_joint(X, pi, mu, Sigma):
    """log p(x, z = k), (N, K)."""
    pi, mu, roots = _parameters(pi, mu, Sigma)
    X = np.asarray(X, dtype=float)
    d = mu.shape[1]
    if X.ndim != 2 or X.shape[1] != d:
        raise ValueError(f"X has shape {X.shape}, the means have {d} coordinates")
    white = np.linalg.solve(roots, (X[None] - mu[:, None]).transpose(0, 2, 1))  # (K, d, N)
    logdet = np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1)
    with np.errstate(divide="ignore"):
        return (np.log(pi) - logdet - d / 2 * np.log(2 * np.pi))[None] - 0.5 * (white**2).sum(axis=1).T


def _log_sum(joint):
    """log sum exp over the last axis."""
    top = joint.max(axis=1)
    return top + np.log(np.exp(joint - top[:, None]).sum(axis=1))


# END SOLUTION
