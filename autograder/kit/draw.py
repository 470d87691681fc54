"""Strategies for cases: sizes are drawn by hypothesis, arrays by a numpy generator from a drawn seed."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

__all__ = ["Mixture", "fresh_seeds", "mixtures", "rng_of", "rounded", "seeds"]

GRID = 2.0**20


class Mixture(NamedTuple):
    """Points and the parameters of a Gaussian mixture: x (n, d), phi (k,), mu (k, d), sigma (k, d, d)."""

    x: NDArray[np.float64]
    phi: NDArray[np.float64]
    mu: NDArray[np.float64]
    sigma: NDArray[np.float64]


def seeds() -> st.SearchStrategy[int]:
    """A seed for `rng_of`."""
    return st.integers(0, 2**32 - 1)


def fresh_seeds() -> st.SearchStrategy[int]:
    """A seed that is none of the small ones which hypothesis tries first, so that two banks share no case."""
    return seeds().filter(lambda seed: seed >= 1000)


def rng_of(seed: int) -> np.random.Generator:
    """The generator that a drawn seed stands for."""
    return np.random.default_rng(seed)


def rounded(array: NDArray[np.float64]) -> NDArray[np.float64]:
    """The array on a grid of 2**-20: the same bits on every machine, whatever its last digits were."""
    return np.rint(np.asarray(array) * GRID) / GRID


def probabilities(rng: np.random.Generator, k: int) -> NDArray[np.float64]:
    """A distribution over k outcomes, each at least 2**-20; sums to one exactly."""
    parts = np.maximum(rounded(rng.dirichlet(np.ones(k))), 1 / GRID)
    parts[np.argmax(parts)] += 1 - parts.sum()
    return parts


def covariance(rng: np.random.Generator, d: int, floor: float = 0.3) -> NDArray[np.float64]:
    """A random symmetric positive definite matrix AA' + floor I of shape (d, d)."""
    a = rng.standard_normal((d, d))
    upper = np.triu(rounded(a @ a.T + floor * np.eye(d)))
    return upper + np.triu(upper, 1).T


@st.composite
def mixtures(draw: st.DrawFn, max_n: int = 40, max_k: int = 5, max_d: int = 4) -> Mixture:
    """Gaussian mixtures: n 1..40, k 1..5, d 1..4, centres of spread 1.5, covariances AA' + 0.3 I."""
    n, k, d = draw(st.integers(1, max_n)), draw(st.integers(1, max_k)), draw(st.integers(1, max_d))
    rng = rng_of(draw(seeds()))
    mu = rounded(1.5 * rng.standard_normal((k, d)))
    sigma = np.stack([covariance(rng, d) for _ in range(k)])
    x = rounded(mu[rng.integers(k, size=n)] + 1.2 * rng.standard_normal((n, d)))
    return Mixture(x, probabilities(rng, k), mu, sigma)
