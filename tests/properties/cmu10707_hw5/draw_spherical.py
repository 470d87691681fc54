"""Strategies for EM with fixed spherical components of cmu10707-hw5."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import fresh_seeds, rng_of, rounded

Array = NDArray[np.float64]


class Centres(NamedTuple):
    """Points X (n, d) and centres mu (K, d)."""

    X: Array
    mu: Array


@st.composite
def centres(draw: st.DrawFn, min_k: int = 1, max_n: int = 50) -> Centres:
    """10 to 50 points around centres of spread 1.5, and other centres to begin with."""
    n, k, d = draw(st.integers(10, max_n)), draw(st.integers(min_k, 4)), draw(st.integers(1, 3))
    rng = rng_of(draw(fresh_seeds()))
    around = 1.5 * rng.standard_normal((k, d))
    X = rounded(around[rng.integers(k, size=n)] + rng.standard_normal((n, d)))
    return Centres(X, rounded(1.5 * rng.standard_normal((k, d))))


def responsibilities(rng: np.random.Generator, n: int, k: int) -> Array:
    """Rows of distributions (n, k) on a grid, some of them certain."""
    q = rounded(rng.dirichlet(np.ones(k), n))
    q[:, 0] += 1 - q.sum(axis=1)
    certain = rng.random(n) < 0.2
    q[certain] = np.eye(k)[rng.integers(k, size=int(certain.sum()))]
    q[:k] = np.eye(k)[: len(q)]
    return np.abs(q)
