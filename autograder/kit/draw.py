"""Strategies for cases: sizes are drawn by hypothesis, arrays by a numpy generator from a drawn seed."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

__all__ = [
    "GRAIN",
    "Mixture",
    "distribution",
    "evened",
    "fresh_seeds",
    "interior",
    "mixtures",
    "rng_of",
    "rounded",
    "seeds",
    "some_zeros",
]

GRID = 2.0**20
GRAIN = 1 / GRID  # the step of the grid
FLOOR = 1e-3


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


def evened(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights, on the grid, with the largest (along the last axis) changed so that they sum to one exactly."""
    found = np.array(parts)
    largest = np.argmax(found, axis=-1)[..., None]
    missing = 1 - found.sum(axis=-1, keepdims=True)
    np.put_along_axis(found, largest, np.take_along_axis(found, largest, axis=-1) + missing, axis=-1)
    return found


def distribution(
    rng: np.random.Generator, k: int, concentration: float = 1.0, rows: tuple[int, ...] = ()
) -> NDArray[np.float64]:
    """Distributions over k outcomes (*rows, k) on the grid: each entry at least GRAIN, sums of exactly one."""
    return evened(np.maximum(rounded(rng.dirichlet(np.full(k, concentration), rows)), GRAIN))


def some_zeros(rng: np.random.Generator, p: NDArray[np.float64]) -> NDArray[np.float64]:
    """The distribution (k,) without one outcome or more, though never without all; that of one outcome as it is."""
    found, k = np.array(p), len(p)
    if k > 1:
        found[rng.permutation(k)[: rng.integers(1, k)]] = 0
    return evened(found)


def interior(rng: np.random.Generator, k: int, rows: tuple[int, ...] = (), floor: float = FLOOR) -> NDArray[np.float64]:
    """Distributions over k outcomes (*rows, k), each entry at least the floor (at most 1 / k); on no grid."""
    return floor + (1 - k * floor) * rng.dirichlet(np.ones(k), rows)


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
    return Mixture(x, distribution(rng, k), mu, sigma)
