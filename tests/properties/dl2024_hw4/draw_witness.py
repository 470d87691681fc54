"""Strategies for the witnesses of dl2024-hw4, and the derivatives of KL(q || p) for a mixture p of two Gaussians."""

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import as_array, as_scalar, assert_distribution, assert_that, rounded
from tests.properties.dl2024_hw4.draw_em import generator
from tests.properties.dl2024_hw4.draw_kl import EPS, MASS

Array = NDArray[np.float64]

KEYS = ("weights", "means", "sds", "q_mean", "q_sd")


class Witness(NamedTuple):
    """A mixture of two Gaussians, and a Gaussian q."""

    weights: Array
    means: Array
    sds: Array
    q_mean: float
    q_sd: float


class Linear(NamedTuple):
    """x | z ~ N(W z, s2 I), an observation, and beta."""

    W: Array
    s2: float
    x: Array
    beta: float


def read_witness(value: Any) -> Witness:
    """The witness that a student's function returned: a mixture of two with a weight of at least 0.25 each, and q."""
    named = isinstance(value, dict) and set(value) == set(KEYS)
    assert_that(named, f"the witness must be a dict with the keys {', '.join(KEYS)}")
    weights, means, sds = (as_array(value[name], (2,), name) for name in KEYS[:3])
    q_mean, q_sd = as_scalar(value["q_mean"], "q_mean"), as_scalar(value["q_sd"], "q_sd")
    assert_distribution(weights, what="weights")
    assert_that(bool((weights >= 0.25).all()), "a weight is less than 0.25")
    assert_that(bool((sds > 0).all()) and q_sd > 0, "a standard deviation is not positive")
    return Witness(weights, means, sds, q_mean, q_sd)


def derivatives(witness: Witness) -> tuple[Array, Array]:
    """The gradient (2,) and the matrix of second derivatives (2, 2) of KL(q || p) in (mean, log sd) of q."""
    q_sd = witness.q_sd
    gap = (witness.q_mean + q_sd * EPS[:, None] - witness.means) / witness.sds
    parts = np.log(witness.weights) - np.log(witness.sds) - 0.5 * gap**2
    parts = np.exp(parts - parts.max(axis=1, keepdims=True))
    share = parts / parts.sum(axis=1, keepdims=True)  # of each component at each node
    slopes = -gap / witness.sds
    slope = (share * slopes).sum(axis=1)
    bend = (share * (slopes**2 - witness.sds**-2)).sum(axis=1) - slope**2
    gradient = np.array([-MASS @ slope, -1 - q_sd * (MASS * EPS) @ slope])
    mixed = -q_sd * (MASS * EPS) @ bend
    twice = -q_sd * (MASS * EPS) @ slope - q_sd**2 * (MASS * EPS**2) @ bend
    return gradient, np.array([[-MASS @ bend, mixed], [mixed, twice]])


@st.composite
def estimates(draw: st.DrawFn, names: tuple[str, ...]) -> tuple[str, Array, float, float, Array]:
    """The name and parameters of a function, mu, sigma and noise eps (S,)."""
    name, S = draw(st.sampled_from(names)), draw(st.integers(1, 12))
    rng = generator(draw, "estimates", S)
    parameters, eps = rounded(rng.standard_normal(3)), rounded(rng.standard_normal(S))
    return name, parameters, float(rounded(rng.normal())), float(rounded(rng.uniform(0.2, 3))), eps


@st.composite
def linear(draw: st.DrawFn, max_d: int = 4) -> Linear:
    """A linear Gaussian model of d 1..max_d codes and D 1..6 observed entries, beta 0.125 to 16."""
    d, D = draw(st.integers(1, max_d)), draw(st.integers(1, 6))
    beta = draw(st.sampled_from((0.125, 0.5, 1.0, 2.0, 4.0, 16.0)))
    rng = generator(draw, "linear", d, D)
    W, x = rounded(rng.standard_normal((D, d))), rounded(2 * rng.standard_normal(D))
    return Linear(W, float(rounded(rng.uniform(0.2, 3))), x, beta)
