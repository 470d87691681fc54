"""Strategies for the divergences of dl2024-hw4: Gaussians, distributions, mixtures to fit; and KL(q || p) for them."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import rounded
from tests.properties.dl2024_hw4.draw_em import distribution, generator, unit

Array = NDArray[np.float64]

EPS = np.linspace(-12, 12, 4801)
MASS = np.exp(-0.5 * EPS**2) / np.exp(-0.5 * EPS**2).sum()


class Pair(NamedTuple):
    """Two Gaussians: means (d,) and covariances (d, d)."""

    mu0: Array
    Sigma0: Array
    mu1: Array
    Sigma1: Array


class Target(NamedTuple):
    """A mixture of Gaussians in one dimension: weights, means and standard deviations (K,)."""

    weights: Array
    means: Array
    sds: Array


def covariance(rng: np.random.Generator, d: int, condition: float) -> Array:
    """A covariance (d, d) with eigenvalues spread over this condition number, on a grid that keeps it symmetric."""
    basis, _ = np.linalg.qr(rng.standard_normal((d, d)))
    matrix = rng.uniform(0.5, 2) * (basis * np.geomspace(1, condition, d)) @ basis.T
    upper = np.triu(np.rint(matrix * 2.0**30) / 2.0**30)
    return upper + np.triu(upper, 1).T


@st.composite
def pairs(draw: st.DrawFn, max_d: int = 8, powers: tuple[int, ...] = (1, 2, 4), spread: float = 2.0) -> Pair:
    """Two Gaussians of d 1..max_d dimensions whose covariances have condition numbers 10**power."""
    d = draw(st.integers(1, max_d))
    first, second = (10.0 ** draw(st.sampled_from(powers)) for _ in range(2))
    rng = generator(draw, "pairs", d)
    mu = rounded(spread * rng.standard_normal((2, d)))
    return Pair(mu[0], covariance(rng, d, first), mu[1], covariance(rng, d, second))


@st.composite
def four(draw: st.DrawFn) -> tuple[Array, Array, Array, Array]:
    """Positive distributions p1, p2, q1, q2 over n 1..8 outcomes."""
    n = draw(st.integers(1, 8))
    rng = generator(draw, "four", n)
    p1, p2, q1, q2 = (distribution(rng, n) for _ in range(4))
    return p1, p2, q1, q2


@st.composite
def two(draw: st.DrawFn) -> tuple[Array, Array]:
    """Distributions p and q over n 1..8 outcomes, with zeros in either."""
    n = draw(st.integers(1, 8))
    rng = generator(draw, "two", n)
    return distribution(rng, n, zeros=True), distribution(rng, n, zeros=True)


@st.composite
def positive(draw: st.DrawFn) -> tuple[Array, Array]:
    """Positive numbers a and b (k,), k 1..8, that sum to anything."""
    k = draw(st.integers(1, 8))
    rng = generator(draw, "positive", k)
    a, b = rounded(np.exp(rng.normal(0, 1.5, (2, k)))) + 2.0**-10
    return a, b


@st.composite
def targets(draw: st.DrawFn, max_k: int = 4) -> Target:
    """Any mixture: K 1..4, means of spread 3, sds 0.3 to 2."""
    k = draw(st.integers(1, max_k))
    rng = generator(draw, "targets", k)
    weights = 0.9 * distribution(rng, k) + 0.1 / k
    return Target(unit(weights), rounded(3 * rng.standard_normal(k)), rounded(rng.uniform(0.3, 2, k)))


@st.composite
def separated(draw: st.DrawFn) -> Target:
    """Two or three components far from each other, the heaviest at least 1.5 times the next: one global minimum."""
    k = draw(st.integers(2, 3))
    rng = generator(draw, "separated", k)
    weights = np.array([0.6, 0.4]) if k == 2 else np.array([0.5, 0.3, 0.2])
    sds = rounded(rng.uniform(0.5, 1.25, k))
    gaps = rng.uniform(6, 8, k) * sds.max()
    means = rounded(np.cumsum(gaps) - gaps.sum() / 2)
    return Target(rng.permutation(weights), means, sds)


def reverse_kl(mu: float, sigma: float, target: Target) -> float:
    """KL(N(mu, sigma^2) || p) for a mixture p, by the trapezoid rule."""
    z = mu + sigma * EPS[:, None]
    parts = -0.5 * ((z - target.means) / target.sds) ** 2 - np.log(target.sds) + np.log(target.weights)
    top = parts.max(axis=1, keepdims=True)
    log_p = top[:, 0] + np.log(np.exp(parts - top).sum(axis=1))
    return float(-np.log(sigma) - 0.5 - MASS @ log_p)


def kl(p: Array, q: Array) -> float:
    """KL(p || q) of positive distributions."""
    return float((p * np.log(p / q)).sum())
