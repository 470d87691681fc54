"""Strategies for distributions over finitely many outcomes: question 1 of cs229-ps3. All sum to 1 exactly."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import rng_of, rounded, seeds
from autograder.kit.draw import GRAIN, evened
from autograder.kit.draw import distribution as of_concentration

Array = NDArray[np.float64]
TINY = 1e-300  # added to a 0 it leaves every sum as it is


class Pair(NamedTuple):
    """Two arrays of the same shape: distributions, joint distributions, or positive numbers."""

    P: Array
    Q: Array


class Sample(NamedTuple):
    """Outcomes xs (n,) among 0..k-1, and logp (k,) or logp_grid (m, k), logarithms of distributions."""

    xs: NDArray[np.int64]
    logp: Array

    @property
    def k(self) -> int:
        """How many outcomes there are."""
        return int(self.logp.shape[-1])


def distribution(rng: np.random.Generator, k: int) -> Array:
    """A distribution over k outcomes, of a concentration 10**-2..10**2, every entry at least GRAIN."""
    return of_concentration(rng, k, 10 ** rng.uniform(-2, 2))


def without(p: Array, zeros: NDArray[np.bool_]) -> Array:
    """The distribution with zeros where they are wanted; the largest entry that is left gets what they had."""
    return evened(np.where(zeros, 0.0, p))


def logs(p: Array) -> Array:
    """Logarithms, -inf where p is 0."""
    with np.errstate(divide="ignore"):
        return np.log(p)


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """Two distributions over k outcomes without zeros; k 1..6, 40 or 200; some entries 1e-300 every other time."""
    k = draw(st.one_of(st.integers(1, 6), st.sampled_from([40, 200])))
    tiny, rng = draw(st.booleans()), rng_of(draw(seeds()))
    P, Q = distribution(rng, k), distribution(rng, k)
    if tiny and k > 1:
        P, Q = (np.maximum(without(p, rng.permutation(k) < k // 3 + 1), TINY) for p in (P, Q))
    return Pair(P, Q)


@st.composite
def sparse_pairs(draw: st.DrawFn) -> Pair:
    """Two distributions over 2..8 outcomes, p with zeros; every other time q has 0 where p has not, else only there."""
    k, missing, rng = draw(st.integers(2, 8)), draw(st.booleans()), rng_of(draw(seeds()))
    order = rng.permutation(k)  # p has zeros where this is small, and never where it is largest
    zeros = order < rng.integers(1, k)
    holes = order == k - 1 if missing else zeros & (rng.random(k) < 0.5)
    return Pair(without(distribution(rng, k), zeros), without(distribution(rng, k), holes))


@st.composite
def positives(draw: st.DrawFn) -> Pair:
    """Positive numbers that sum to anything, 0.01..100 in size, some of them equal in both arrays; 1..12 outcomes."""
    k, rng = draw(st.integers(1, 12)), rng_of(draw(seeds()))
    size = 10 ** rng.uniform(-2, 2, (2, 1))
    P, Q = np.maximum(rounded(size * rng.uniform(0.01, 1, (2, k))), GRAIN)
    return Pair(P, np.where(rng.random(k) < 0.2, P, Q))


@st.composite
def near_pairs(draw: st.DrawFn) -> Pair:
    """Two distributions over 3..12 outcomes that differ in two entries, by 1 % of the smaller at most, in no other."""
    k, rng = draw(st.integers(3, 12)), rng_of(draw(seeds()))
    P = evened(rounded(0.05 / k + 0.95 * rng.dirichlet(np.ones(k))))
    Q, (up, down) = P.copy(), rng.permutation(k)[:2]
    step = rounded(min(P[up], P[down]) * 10 ** rng.uniform(-2.5, -2))
    Q[up] += step
    Q[down] -= step
    return Pair(P, Q)


@st.composite
def tables(draw: st.DrawFn) -> Pair:
    """Two joint distributions without zeros, tables of 1..6 rows and columns."""
    a, b, rng = draw(st.integers(1, 6)), draw(st.integers(1, 6)), rng_of(draw(seeds()))
    return Pair(joint(rng, a * b).reshape(a, b), joint(rng, a * b).reshape(a, b))


def joint(rng: np.random.Generator, k: int) -> Array:
    """A distribution over k outcomes, none of them rare: concentrations 0.3..3, every entry at least GRAIN."""
    return of_concentration(rng, k, 10 ** rng.uniform(-0.5, 0.5))


@st.composite
def sparse_tables(draw: st.DrawFn) -> Pair:
    """Two tables of 2..5 rows and columns, a row and more of P 0; Q has no 0, or the same, or one where P has not."""
    a, b, kind = draw(st.integers(2, 5)), draw(st.integers(2, 5)), draw(st.sampled_from(["none", "same", "other"]))
    rng = rng_of(draw(seeds()))
    zeros, row = rng.random((a, b)) < 0.3, rng.integers(a)
    zeros[row], zeros[row - 1, 0] = True, False
    holes = zeros.ravel() if kind == "same" else np.zeros(a * b, dtype=bool)
    holes[(row - 1) % a * b] = kind == "other"
    P, Q = without(joint(rng, a * b), zeros.ravel()), without(joint(rng, a * b), holes)
    return Pair(P.reshape(a, b), Q.reshape(a, b))


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """1..30 outcomes among 1..8, not all of which need occur, and a model of them without zeros."""
    k, n, rng = draw(st.integers(1, 8)), draw(st.integers(1, 30)), rng_of(draw(seeds()))
    return Sample(rng.integers(0, k, n), np.log(distribution(rng, k)))


@st.composite
def grids(draw: st.DrawFn) -> Sample:
    """12 outcomes among 5, drawn from a distribution of their own, and 50 models of them."""
    rng = rng_of(draw(seeds()))
    rows = [of_concentration(rng, 5, 0.7) for _ in range(50)]
    return Sample(rng.choice(5, 12, p=joint(rng, 5)), np.log(rows))


@st.composite
def sparse_grids(draw: st.DrawFn) -> Sample:
    """20 models of 5 outcomes: most have a 0 for one that was observed, the others for one that was not."""
    rng = rng_of(draw(seeds()))
    xs = rng.integers(0, 4, 8)  # 4 is never observed
    holes = np.where(np.arange(20) % 4, rng.choice(xs, 20), 4)[rng.permutation(20)]
    rows = [without(joint(rng, 5), np.arange(5) == hole) for hole in holes]
    return Sample(xs, logs(np.array(rows)))


@st.composite
def tied_grids(draw: st.DrawFn) -> Sample:
    """10 models of 3 outcomes, the best of them there more than once; 1, 2 or 4 outcomes, at most two different ones.

    Sums of so few equal numbers are the same in any order, so that equal rows tie in every program.
    """
    different, times, rng = draw(st.integers(1, 2)), draw(st.sampled_from([1, 2])), rng_of(draw(seeds()))
    xs = np.repeat(rng.permutation(3)[:different], times)
    rows = np.array([joint(rng, 3) for _ in range(10)])
    best = max(rows, key=lambda row: row[xs].prod()).copy()
    rows[rng.permutation(10)[: rng.integers(2, 4)]] = best
    return Sample(xs, np.log(rows))
