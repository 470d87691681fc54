"""Strategies for discrete models of cmu10707-hw5: tables, random graphs, Bayesian networks."""

import math
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import fresh_seeds, rng_of
from autograder.kit.draw import distribution

Array = NDArray[np.float64]


class Network(NamedTuple):
    """A proper network: parents by variable, and tables with the axes (parents in their order, own value)."""

    parents: list[tuple[int, ...]]
    cpts: list[Array]

    @property
    def card(self) -> list[int]:
        """The number of values of each variable."""
        return [np.shape(cpt)[-1] for cpt in self.cpts]


def tables(rng: np.random.Generator, shape: tuple[int, ...], concentration: float = 0.5) -> Array:
    """Distributions along the last axis: on a grid of 2**-20, positive, sums of exactly one."""
    return distribution(rng, shape[-1], concentration, shape[:-1])


def certain(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Distributions along the last axis that put all probability on one value."""
    return np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:-1])]


def dag(rng: np.random.Generator, n: int, density: float, *, shuffled: bool) -> list[tuple[int, int]]:
    """The edges of a random graph without cycles over 0..n-1; not shuffled, they lead from lower to higher numbers."""
    names = rng.permutation(n) if shuffled else np.arange(n)
    edges = [(int(names[i]), int(names[j])) for j in range(n) for i in range(j) if rng.random() < density]
    return [edges[i] for i in rng.permutation(len(edges))]


@st.composite
def networks(
    draw: st.DrawFn,
    min_k: int = 1,
    max_k: int = 6,
    max_states: int = 200,
    *,
    shuffled: bool = True,
    zeros: bool = False,
    mixed: bool = False,
) -> Network:
    """Networks with 2 or 3 values a variable (`mixed`: 1 to 4); with `zeros` a third of the tables is 0 or 1."""
    rng = rng_of(draw(fresh_seeds()))
    K = draw(st.integers(min_k, max_k))
    card = rng.integers(1, 5, K) if mixed else rng.integers(2, 4, K)
    while math.prod(card) > max_states:
        card[np.argmax(card)] -= 1
    edges = dag(rng, K, 0.6, shuffled=shuffled)
    parents = [tuple(p for p, child in edges if child == own) for own in range(K)]
    shapes = [(*(int(card[i]) for i in inputs), int(size)) for inputs, size in zip(parents, card, strict=True)]
    return Network(parents, [certain(rng, s) if zeros and rng.random() < 0.35 else tables(rng, s) for s in shapes])


def states(card: list[int]) -> NDArray[np.int64]:
    """All joint states (prod(card), K) in the order of `np.ravel_multi_index`."""
    return np.stack(np.unravel_index(np.arange(math.prod(card)), card), axis=1).astype(np.int64)


def cells(X: NDArray[np.int64], card: list[int]) -> NDArray[np.int64]:
    """The number of each row's joint state; -1 for one that does not exist."""
    inside = ((X >= 0) & (np.array(card) > X)).all(axis=1)
    return np.where(inside, np.ravel_multi_index(tuple(np.where(inside[:, None], X, 0).T), card), -1).astype(np.int64)
