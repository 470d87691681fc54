"""Strategies for the noisy-OR networks of cmu10707-hw5."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import fresh_seeds, rng_of, rounded

Array = NDArray[np.float64]


class Causes(NamedTuple):
    """Weights W (nd, ns) and the prior rho of each cause."""

    W: Array
    rho: float


def sizes(max_nd: int = 8, max_ns: int = 6) -> st.SearchStrategy[tuple[int, int]]:
    """Numbers of causes and symptoms."""
    return st.tuples(st.integers(1, max_nd), st.integers(1, max_ns))


def weights(rng: np.random.Generator, nd: int, ns: int, low: float | None = None, high: float = 2.0) -> Array:
    """Weights with unit mean, three in ten of them 0; with `low` all of them between low and high."""
    if low is not None:
        return rounded(rng.uniform(low, high, (nd, ns)))
    return np.where(rng.random((nd, ns)) < 0.3, 0.0, rounded(rng.exponential(size=(nd, ns))))


@st.composite
def causes(draw: st.DrawFn, max_nd: int = 8, max_ns: int = 6) -> Causes:
    """Networks with priors from 0.05 to 0.6."""
    nd, ns = draw(sizes(max_nd, max_ns))
    rng = rng_of(draw(fresh_seeds()))
    return Causes(weights(rng, nd, ns), float(rounded(rng.uniform(0.05, 0.6))))


@st.composite
def sampled(draw: st.DrawFn) -> Causes:
    """Networks with at most 64 joint states, at least two causes and two symptoms, weights of 0.3 to 2."""
    nd, ns = draw(st.sampled_from([(2, 2), (3, 2), (2, 3), (3, 3), (4, 2), (2, 4)]))
    rng = rng_of(draw(fresh_seeds()))
    return Causes(weights(rng, nd, ns, low=0.3), float(rounded(rng.uniform(0.2, 0.6))))


def bits(k: int) -> NDArray[np.int64]:
    """All vectors of k zeros and ones, (2^k, k); the first column is the most significant."""
    return (np.arange(2**k)[:, None] >> np.arange(k)[::-1] & 1).astype(np.int64)


def numbers(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of each row of zeros and ones in `bits`; -1 for other rows."""
    proper = ((rows == 0) | (rows == 1)).all(axis=1)
    return np.where(proper, rows @ 2 ** np.arange(rows.shape[1])[::-1], -1).astype(np.int64)
