"""Strategies for EM as free-energy ascent in dl2024-hw4: joint tables with zeros, distributions, bags of coins."""

import zlib
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import fresh_seeds, rounded
from autograder.kit.draw import distribution as of_concentration
from autograder.kit.draw import evened, some_zeros

Array = NDArray[np.float64]

CONCENTRATIONS = (0.2, 1.0, 10.0)


class Coins(NamedTuple):
    """Heads h (N,) of m tosses each, the probabilities pi (K,) of the coins, parameters theta0 (K,), and n_iter."""

    h: NDArray[np.int64]
    m: int
    pi: Array
    theta0: Array
    n_iter: int


def generator(draw: st.DrawFn, name: str, *sizes: int) -> np.random.Generator:
    """A generator by two drawn seeds, the strategy's name, and the sizes of what it draws.

    hypothesis likes a few numbers, 0 and 2**32 - 1 among them, so that one seed comes up in many banks and strategies:
    then numbers of a public case would begin a hidden one.
    """
    return np.random.default_rng((draw(fresh_seeds()), draw(fresh_seeds()), zlib.crc32(name.encode()), *sizes))


def distribution(rng: np.random.Generator, k: int, *, zeros: bool = False) -> Array:
    """A distribution over k outcomes on a grid of 2**-20 that sums to one exactly; `zeros`: some may be 0."""
    alpha = CONCENTRATIONS[rng.integers(len(CONCENTRATIONS))]
    p = of_concentration(rng, k, alpha)
    return some_zeros(rng, p) if zeros and k > 1 and rng.random() < 0.4 else p


@st.composite
def joints(draw: st.DrawFn, max_k: int = 6, *, impossible: bool = True) -> Array:
    """log p(x, z) over z (K,), far from 0 or near; unless `impossible` is off, some entries may be -inf, never all."""
    k = draw(st.integers(1, max_k))
    level = draw(st.sampled_from([0.0, -20.0, -2000.0, 2000.0]))
    rng = generator(draw, "joints", k)
    values = rounded(3 * rng.standard_normal(k)) + level
    if impossible and k > 1 and draw(st.booleans()):
        values[rng.permutation(k)[: rng.integers(1, k)]] = -np.inf
    return values


@st.composite
def weighted(draw: st.DrawFn) -> tuple[Array, Array]:
    """log p(x, z) and a distribution q over the same z; q may have zeros, and meet an entry of -inf or not."""
    log_joint = draw(joints())
    rng = generator(draw, "weighted", len(log_joint))
    return log_joint, distribution(rng, len(log_joint), zeros=True)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Array, Array]:
    """log p(x_n, z) (N, K) under new and old parameters, with -inf in the old ones, and below it in the new ones."""
    n, k = draw(st.integers(1, 8)), draw(st.integers(1, 5))
    rng = generator(draw, "tables", n, k)
    new, old = rounded(2 * rng.standard_normal((2, n, k)))
    old += rng.choice([0.0, -900.0], (n, 1))
    if k > 1 and draw(st.booleans()):
        gone = rng.integers(k, size=n)
        old[np.arange(n), gone] = -np.inf
        new[np.arange(n), gone] = np.where(rng.random(n) < 0.5, -np.inf, new[np.arange(n), gone])
    return new, old


@st.composite
def coins(draw: st.DrawFn, min_k: int = 2, max_k: int = 4, max_iter: int = 20) -> Coins:
    """Throws of a bag of coins, drawn from other parameters than EM begins with.

    No throw shows all heads, and none shows tails alone unless all of them do: EM runs towards 0 and 1 so fast that a
    right program's last digits would carry it past them.
    """
    n, m, k = draw(st.integers(1, 30)), draw(st.integers(2, 20)), draw(st.integers(min_k, max_k))
    n_iter, barren = draw(st.integers(1, max_iter)), draw(st.integers(0, 7)) == 7
    rng = generator(draw, "coins", n, m, k)
    pi = unit(0.9 * distribution(rng, k) + 0.1 / k)
    true = rng.choice([0.05, 0.3, 0.5, 0.8, 0.95], k)
    h = np.clip(rng.binomial(m, true[rng.integers(k, size=n)]), 1, m - 1)
    return Coins(h * 0 if barren else h, m, pi, rounded(rng.uniform(0.1, 0.9, k)), n_iter)


def unit(weights: Array) -> Array:
    """Weights on a grid of 2**-20 that sum to one exactly."""
    return evened(rounded(weights))


def entropy(q: Array) -> float:
    """Minus the sum of q log q, with 0 log 0 = 0."""
    inside = q > 0
    return float(-(q[inside] * np.log(q[inside])).sum())
