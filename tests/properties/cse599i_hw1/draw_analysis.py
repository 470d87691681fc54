"""Strategies for the analysis parts of cse599i-hw1: scales, uniforms, distributions, posteriors, processes."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import rng_of, rounded, seeds
from autograder.kit.draw import GRAIN, some_zeros
from autograder.kit.draw import distribution as of_concentration

Array = NDArray[np.float64]

TINY = (1e-300, 1e-200, 1e-100, 1e-30)
ALMOST = (1 - 2.0**-53, 1 - 2.0**-46, 1 - 2.0**-40)


class Scaled(NamedTuple):
    """Numbers z of any shape, a location and a scale."""

    z: Array
    mu: float
    sigma: float


class Race(NamedTuple):
    """Logarithms of weights (n,) and uniforms (S, n)."""

    log_p: Array
    z: Array


class Soft(NamedTuple):
    """Points X (n, d), posteriors q (n, K), weights pi (K,) and means mu (K, d)."""

    X: Array
    q: Array
    pi: Array
    mu: Array


class Process(NamedTuple):
    """Coefficient, mean and noise of a stationary process, and how many values are looked at."""

    rho: float
    mu: float
    sigma: float
    T: int


def distribution(rng: np.random.Generator, k: int, *, zeros: bool = False) -> Array:
    """A distribution on a grid of 2**-20 that sums to one exactly; with `zeros` some of several entries are 0."""
    p = of_concentration(rng, k, rng.choice([0.3, 1.0, 5.0]))
    return some_zeros(rng, p) if zeros else p


@st.composite
def scaled(draw: st.DrawFn, far: float = 60.0) -> Scaled:
    """z within [-far, far] in one of four shapes, mu within 1000, sigma from 0.001 to 1000; the first z is far out."""
    shape = draw(st.sampled_from([(), (7,), (2, 3), (1, 2, 2)]))
    rng = rng_of(draw(seeds()))
    z = rounded(rng.choice([1.0, far / 4]) * rng.standard_normal(shape))
    z = np.clip(np.where(np.arange(z.size).reshape(z.shape) == 0, far * rng.choice([-1, 1]), z), -far, far)
    return Scaled(z, float(rounded(1000 * rng.uniform(-1, 1) ** 3)), float(rounded(10 ** rng.uniform(-3, 3)) + GRAIN))


@st.composite
def races(draw: st.DrawFn, max_n: int = 50) -> Race:
    """Weights, a third of the time with zeros, and 40 rows of uniforms, those without a clear winner left out."""
    n = draw(st.integers(1, max_n))
    rng = rng_of(draw(seeds()))
    log_p = rounded(rng.choice([0.5, 2.0]) * rng.standard_normal(n) + rng.choice([-3.0, 0.0, 20.0]))
    if n > 1 and rng.random() < 1 / 3:
        log_p[rng.permutation(n)[: rng.integers(1, n)]] = -np.inf
    return Race(log_p, clear(log_p, np.clip(rounded(rng.random((40, n))), GRAIN, 1 - GRAIN)))


@st.composite
def edges(draw: st.DrawFn) -> Race:
    """Uniforms next to 0 and to 1 among ordinary ones; the rows in which rounding could decide are left out."""
    n = draw(st.integers(2, 8))
    rng = rng_of(draw(seeds()))
    log_p = rounded(rng.standard_normal(n))
    z = np.clip(rounded(rng.random((40, n))), GRAIN, 1 - GRAIN)
    z[:15] = rng.choice(TINY, (15, n))
    z[15:] = np.where(rng.random((25, n)) < 0.4, rng.choice(ALMOST, (25, n)), z[15:])
    return Race(log_p, clear(log_p, z))


def clear(log_p: Array, z: Array) -> Array:
    """The rows whose best score leads by 1e-6, or by 2 where an entry is so close to 1 that log(1/z) is rough."""
    scores = np.sort(log_p - np.log(-np.log(z)), axis=1)
    lead = scores[:, -1] - scores[:, -2] if scores.shape[1] > 1 else np.full(len(z), np.inf)
    return z[lead >= np.where((z > 1 - 1e-9).any(axis=1), 2.0, 1e-6)]


@st.composite
def pairs(draw: st.DrawFn, *, zeros: bool = False, min_n: int = 1) -> tuple[Array, Array]:
    """Two distributions over 1..8 outcomes; with `zeros` each may have entries that are 0."""
    n = draw(st.integers(min_n, 8))
    rng = rng_of(draw(seeds()))
    first, second = (distribution(rng, n, zeros=zeros and rng.random() < 0.7) for _ in range(2))
    return first, second


@st.composite
def soft(draw: st.DrawFn, max_n: int = 40, *, zeros: bool = False) -> Soft:
    """Posteriors with every component in use; with `zeros` rows may have entries that are 0."""
    n, K, d = draw(st.integers(1, max_n)), draw(st.integers(1, 6)), draw(st.integers(1, 5))
    rng = rng_of(draw(seeds()))
    q = np.stack([distribution(rng, K, zeros=zeros and rng.random() < 0.5) for _ in range(n)])
    q[0] = distribution(rng, K)
    X, mu = rounded(2 * rng.standard_normal((n, d))), rounded(2 * rng.standard_normal((K, d)))
    return Soft(X, q, distribution(rng, K), mu)


@st.composite
def one_hot(draw: st.DrawFn) -> tuple[Array, NDArray[np.int64], int]:
    """Points (n, d) with a class each, and how many classes there are; every class occurs."""
    K, d, n = draw(st.integers(1, 5)), draw(st.integers(1, 4)), draw(st.integers(0, 20))
    rng = rng_of(draw(seeds()))
    labels = rng.permutation(np.concatenate([np.arange(K), rng.integers(0, K, n)]))
    return rounded(2 * rng.standard_normal((len(labels), d))), labels, K


@st.composite
def processes(draw: st.DrawFn, max_t: int = 60) -> Process:
    """rho in (-0.99, 0.99), a fifth of the time 0; mu within 5, sigma 0.1 to 4, T 1..60."""
    T = draw(st.integers(1, max_t))
    rng = rng_of(draw(seeds()))
    rho = float(rounded(rng.uniform(-0.98, 0.98))) if rng.random() < 0.8 else 0.0
    return Process(rho, float(rounded(rng.uniform(-5, 5))), float(rounded(rng.uniform(0.1, 4))), T)
