"""Strategies for documents and Dirichlet distributions of cmu10707-hw5."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import fresh_seeds, rng_of, rounded
from tests.properties.cmu10707_hw5.draw_discrete import tables

Array = NDArray[np.float64]


class Topics(NamedTuple):
    """Concentrations alpha (K,) and topics beta (K, V)."""

    alpha: Array
    beta: Array


def concentrations(rng: np.random.Generator, k: int, low: float = -1.0, high: float = 1.5) -> Array:
    """Entries 10^u with u uniform between low and high, on a grid."""
    return rounded(10 ** rng.uniform(low, high, k))


@st.composite
def topics(draw: st.DrawFn, max_k: int = 4, max_v: int = 6, *, uneven: bool = False) -> Topics:
    """Random topics; with `uneven` two of two words, clearly different, with concentrations of 0.2 to 0.75."""
    rng = rng_of(draw(fresh_seeds()))
    if uneven:
        alpha = rounded(rng.uniform(0.2, 0.5, 2)) * np.array([1.0, 1.5])
        first = rounded(rng.uniform(0.8, 0.95))
        return Topics(rounded(alpha), np.array([[first, 1 - first], [0.125, 0.875]]))
    K, V = draw(st.integers(1, max_k)), draw(st.integers(1, max_v))
    return Topics(concentrations(rng, K, -1, 0.7), tables(rng, (K, V), 1.0))
