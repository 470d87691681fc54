"""Strategies for the mixture of cse599i-hw1, and what its properties share."""

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import as_array, as_tuple, assert_rejects, rng_of, rounded, seeds

Array = NDArray[np.float64]

MEANS = np.array([[-2.0, 0.0], [1.0, 3.0], [2.0, -2.0]])
START = np.array([[-1.0, 0.0], [0.0, 1.0], [1.0, -1.0]])
POINTS = np.array([[-2.0, 0.5], [0.5, 2.5], [2.5, -1.5], [1.0, 1.0], [-0.5, -1.0]])


class Fit(NamedTuple):
    """Points X (n, d) and the means mu0 (K, d) to begin with."""

    X: Array
    mu0: Array


@st.composite
def fits(draw: st.DrawFn, max_n: int = 40, max_d: int = 4, *, plane: bool = False) -> Fit:
    """n 1..40 points around 1..4 centres, and 1..4 means near them, d 1..4 (2 with `plane`)."""
    n, K, d = draw(st.integers(1, max_n)), draw(st.integers(1, 4)), 2 if plane else draw(st.integers(1, max_d))
    rng = rng_of(draw(seeds()))
    centres = 2 * rng.standard_normal((4, d))
    X = rounded(centres[rng.integers(0, 4, n)] + rng.standard_normal((n, d)))
    return Fit(X, rounded(1.5 * rng.standard_normal((K, d))))


def dataset(seed: int, n_per: int = 1000) -> Array:
    """n_per points of each component, (3 n_per, 2), in order of the components."""
    noise = rng_of(seed).standard_normal((3 * n_per, 2))
    return rounded(np.repeat(MEANS, n_per, axis=0) + noise)


def traced(found: Any, n_iter: int, mu0: Array) -> tuple[Array, Array]:
    """What a fit returned, as means (n_iter + 1, K, d) and log-likelihoods (n_iter + 1,)."""
    mus, trace = as_tuple(found, 2, "the result")
    return as_array(mus, (n_iter + 1, *mu0.shape), "the means"), as_array(trace, (n_iter + 1,), "the trace")


def assert_refuses_bad_shapes(fit: Any, *rest: Any) -> None:
    """No rows, and means of another dimension, raise ValueError."""
    assert_rejects(fit, POINTS[:0], START, *rest, because="X has no row")
    assert_rejects(fit, POINTS, START[:, :1], *rest, because="the means have another dimension than the points")
