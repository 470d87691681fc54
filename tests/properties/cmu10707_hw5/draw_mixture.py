"""Strategies for the Gaussian mixtures of cmu10707-hw5, and what its properties calculate with them."""

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import Mixture, fresh_seeds, rng_of, rounded

Array = NDArray[np.float64]
X = np.array([[0.0, 0.0], [1.0, -1.0], [3.0, 2.0]])
PI, MU = np.array([0.25, 0.75]), np.array([[0.0, 0.0], [2.0, 1.0]])
SIGMA = np.array([[[1.0, 0.5], [0.5, 2.0]], [[0.5, 0.0], [0.0, 0.25]]])
DIRECTIONS = np.array([[1, 0], [0, 1], [0.5**0.5, 0.5**0.5], [0.5**0.5, -(0.5**0.5)], [0.8, 0.6], [0.6, -0.8]])


@st.composite
def slanted(draw: st.DrawFn) -> Mixture:
    """Two or three components in the plane, correlations of at least 0.7, variances at least 2 to 1, uneven weights.

    `x` is empty: the mixture is to be drawn from.
    """
    k = draw(st.integers(2, 3))
    rng = rng_of(draw(fresh_seeds()))
    sd = np.exp(rng.uniform(-0.5, 0.5, (k, 1))) * np.array([1.0, 1.5]) ** rng.choice([-1, 1], (k, 1))
    r = rng.uniform(0.7, 0.85, k) * rng.choice([-1, 1], k)
    sigma = np.einsum("ki,kj->kij", sd, sd)
    sigma[:, 0, 1] *= r
    sigma[:, 1, 0] = sigma[:, 0, 1]
    phi = np.array([0.25, 0.75] if k == 2 else [0.125, 0.25, 0.625])[rng.permutation(k)]
    return Mixture(np.zeros((0, 2)), phi, rounded(2 * rng.standard_normal((k, 2))), rounded(sigma))


def whitened(x: Array, z: NDArray[np.int64], m: Mixture) -> Array:
    """Each point with the mean of its component taken off and its covariance taken out, (n, d)."""
    roots = np.linalg.cholesky(m.sigma)
    white = np.empty_like(x)
    for k in range(len(m.phi)):
        white[z == k] = np.linalg.solve(roots[k], (x[z == k] - m.mu[k]).T).T
    return white


def far_from(m: Mixture, distance: float) -> Array:
    """The points, each moved by about `distance` standard deviations of the widest component along the axes."""
    return m.x + distance * np.sqrt(np.abs(m.sigma).max()) * (1 + np.arange(len(m.x)) % 3 / 4)[:, None]
