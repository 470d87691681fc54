"""Strategies for the linear Gaussian model: parts 3a, 3c, 3d and 3e of cs229-ps3; vectors have one axis."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import rng_of, rounded, seeds

Array = NDArray[np.float64]


class Model(NamedTuple):
    """A linear Gaussian model: W (d, m), b (d,), gamma."""

    W: Array
    b: Array
    gamma: float


class Guess(NamedTuple):
    """An approximate posterior: means qm (m,), logarithms of the standard deviations qr (m,)."""

    qm: Array
    qr: Array


class Task(NamedTuple):
    """A model, an observation x (d,) of it, an approximate posterior and a learning rate."""

    model: Model
    x: Array
    guess: Guess
    lr: float


class Point(NamedTuple):
    """What a gradient is taken at: x (d,), model, mu, sigma, eps and z, all (m,)."""

    x: Array
    model: Model
    mu: Array
    sigma: Array
    eps: Array
    z: Array


def make_model(rng: np.random.Generator, d: int, m: int, gamma: float) -> tuple[Model, Array]:
    """Weights of spread 0.6 to 1.2, and an observation whose noise is enlarged by a half."""
    W = rounded(rng.uniform(0.6, 1.2) * rng.standard_normal((d, m)))
    b = rounded(rng.standard_normal(d))
    x = rounded(b + W @ rng.standard_normal(m) + 1.5 * gamma * rng.standard_normal(d))
    return Model(W, b, gamma), x


def noise_level(rng: np.random.Generator, low: float, high: float) -> float:
    """A gamma between low and high, uniform in its logarithm."""
    return float(rounded(np.exp(rng.uniform(np.log(low), np.log(high)))))


@st.composite
def observed(draw: st.DrawFn) -> tuple[Model, Array]:
    """Models with d, m 1..6, gamma 0.1..3.2, and an observation."""
    d, m, rng = draw(st.integers(1, 6)), draw(st.integers(1, 6)), rng_of(draw(seeds()))
    return make_model(rng, d, m, noise_level(rng, 0.1, 3.2))


@st.composite
def points(draw: st.DrawFn) -> Point:
    """Points to differentiate at: d, m 1..6, gamma 0.1..3.2, sigma exp(-1.5)..exp(1.5)."""
    d, m, rng = draw(st.integers(1, 6)), draw(st.integers(1, 6)), rng_of(draw(seeds()))
    model, x = make_model(rng, d, m, noise_level(rng, 0.1, 3.2))
    mu, eps, z = rounded(rng.standard_normal(m)), rounded(rng.standard_normal(m)), rounded(rng.standard_normal(m))
    return Point(x, model, mu, rounded(np.exp(rng.uniform(-1.5, 1.5, m))), eps, z)


@st.composite
def loadable(draw: st.DrawFn) -> tuple[Model, Array]:
    """Models with d 2..8, m 2..5 (a file with one column would come back flat), gamma 0.1..2, and an observation."""
    d, m, rng = draw(st.integers(2, 8)), draw(st.integers(2, 5)), rng_of(draw(seeds()))
    return make_model(rng, d, m, noise_level(rng, 0.1, 2))


@st.composite
def improbable(draw: st.DrawFn) -> tuple[Model, Array]:
    """Observations with d = 300, m 3..5 and log-likelihood about -2030; gamma 0.15..0.25 or 15..25."""
    rng = rng_of(draw(seeds()))
    gamma = noise_level(rng, 0.15, 0.25) * draw(st.sampled_from([1, 100]))
    model, _ = make_model(rng, 300, draw(st.integers(3, 5)), gamma)
    stretch = np.sqrt((2030 - 150 * np.log(2 * np.pi * gamma**2)) / 150)
    x = model.b + model.W @ rng.standard_normal(model.W.shape[1]) + stretch * gamma * rng.standard_normal(300)
    return model, rounded(x)


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    """Models with d 2..8, m 2..5, gamma 0.5..2, an unrelated q, and a learning rate 0.001..0.01."""
    d, m, rng = draw(st.integers(2, 8)), draw(st.integers(2, 5)), rng_of(draw(seeds()))
    model, x = make_model(rng, d, m, noise_level(rng, 0.5, 2))
    guess = Guess(rounded(rng.standard_normal(m)), rounded(rng.uniform(-1, 1, m)))
    return Task(model, x, guess, float(rounded(rng.uniform(0.001, 0.01))))
