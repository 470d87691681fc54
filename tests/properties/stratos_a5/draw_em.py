"""Strategies for the latent bigram model of stratos-a5, and what its properties calculate for themselves."""

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import rng_of, seeds
from autograder.kit.draw import distribution, some_zeros

Array = NDArray[np.float64]
Words = NDArray[np.int64]

CONCENTRATIONS = (0.2, 1.0, 10.0)
KINDS = ("uniform", "constant", "periodic", "one missing", "uniform")


class Labelled(NamedTuple):
    """Words x (T,), classes z (T,), and the sizes V and m."""

    x: Words
    z: Words
    V: int
    m: int


class Model(NamedTuple):
    """Words x (T,) and both tables: p(z | x) (V + 1, m) and p(x | z) (m, V)."""

    x: Words
    first: Array
    second: Array


class Weighted(NamedTuple):
    """Words x (T,), posteriors gamma (T, m) and V."""

    x: Words
    gamma: Array
    V: int


def distributions(rng: np.random.Generator, rows: int, k: int, *, zeros: bool = False) -> Array:
    """Rows (rows, k) on a grid of 2**-20 that sum to one exactly; with `zeros` a fifth of them has exact zeros."""
    alpha = CONCENTRATIONS[rng.integers(len(CONCENTRATIONS))]
    table = distribution(rng, k, alpha, (rows,))
    for row in table:
        if zeros and k > 1 and rng.random() < 0.2:
            row[:] = some_zeros(rng, row)
    return table


def words(rng: np.random.Generator, T: int, V: int, kind: str) -> Words:
    """T words of 0..V-1: uniform, constant, periodic, or with one word missing."""
    if kind == "constant":
        return np.full(T, rng.integers(V))
    if kind == "periodic":
        return np.resize(rng.permutation(V), T).astype(np.int64)
    found = rng.integers(0, V, T)
    return np.where(found == V - 1, 0, found) if kind == "one missing" else found


@st.composite
def labelled(
    draw: st.DrawFn, max_t: int = 60, max_v: int = 8, max_m: int = 5, kinds: tuple[str, ...] = KINDS
) -> Labelled:
    """Observed words and classes; not every class occurs."""
    T, V, m = draw(st.integers(1, max_t)), draw(st.integers(1, max_v)), draw(st.integers(1, max_m))
    rng = rng_of(draw(seeds()))
    x = words(rng, T, V, draw(st.sampled_from(kinds)))
    return Labelled(x, rng.integers(0, m, T), V, m)


@st.composite
def models(
    draw: st.DrawFn, max_t: int = 60, max_v: int = 8, max_m: int = 6, min_m: int = 1, *, zeros: bool = False
) -> Model:
    """Words and tables of a model in which every pair of words that occurs has a positive probability."""
    T, V, m = draw(st.integers(1, max_t)), draw(st.integers(1, max_v)), draw(st.integers(min_m, max_m))
    rng = rng_of(draw(seeds()))
    first, second = distributions(rng, V + 1, m, zeros=zeros), distributions(rng, m, V, zeros=zeros)
    x = words(rng, T, V, draw(st.sampled_from(KINDS)))
    pairs = first @ second  # (V + 1, V)
    if not (pairs[np.append(V, x[:-1]), x] > 0).all():
        x, before = x.copy(), V
        for t in range(T):
            possible = np.flatnonzero(pairs[before] > 0)
            x[t] = before = possible[rng.integers(len(possible))]
    return Model(x, first, second)


@st.composite
def impossible(draw: st.DrawFn) -> Model:
    """Words and tables of a model in which one word that occurs cannot be emitted by any class."""
    x, first, second = draw(models(max_t=30))
    extra = np.column_stack([second, np.zeros(len(second))])
    rng = rng_of(draw(seeds()))
    place = rng.integers(0, len(x) + 1)
    longer = np.insert(x, place, extra.shape[1] - 1)
    return Model(longer, np.vstack([first[:-1], first[-1:], first[-1:]]), extra)


@st.composite
def weighted(draw: st.DrawFn, max_m: int = 5) -> Weighted:
    """Words with posteriors; one class may have none at all."""
    T, V, m = draw(st.integers(1, 60)), draw(st.integers(1, 8)), draw(st.integers(1, max_m))
    rng = rng_of(draw(seeds()))
    x = words(rng, T, V, draw(st.sampled_from(KINDS)))
    gamma = distributions(rng, T, m)
    if m > 1 and draw(st.integers(0, 4)) == 0:
        gamma[:, 0] += gamma[:, m - 1]
        gamma[:, m - 1] = 0
    return Weighted(x, gamma, V)


def contexts(x: Words, V: int) -> Words:
    """The word before each; V, for the sign before the first word."""
    return np.append(V, x[:-1]).astype(np.int64)


def seen(x: Words, V: int) -> NDArray[np.bool_]:
    """Which rows of p(z | x) the data determine."""
    return np.bincount(contexts(x, V), minlength=V + 1) > 0


def marked(table: Any) -> Any:
    """A table that a function returned, with -1, which is never right, for NaN: for claims about some rows only."""
    if hasattr(table, "_replace"):  # a tensor
        return table._replace(data=np.nan_to_num(table.data, nan=-1.0))
    return np.nan_to_num(table, nan=-1.0) if isinstance(table, np.ndarray) else table


def log_or_zero(p: Array) -> Array:
    """log p, for weights of 0 log 0: 0 where p is 0."""
    return np.log(np.where(p > 0, p, 1.0))


def expected(x: Words, gamma: Array, V: int, first: Array, second: Array) -> float:
    """The expected complete log-likelihood of tables under posteriors gamma; -inf where weight meets probability 0."""
    a, b = first[contexts(x, V)], second[:, x].T
    if ((gamma > 0) & ((a <= 0) | (b <= 0))).any():
        return -np.inf
    return float((gamma * (log_or_zero(a) + log_or_zero(b))).sum())


def bigram_bound(x: Words, V: int) -> float:
    """The log-likelihood of the words under their own bigram frequencies: no model of this kind exceeds it."""
    pairs = np.zeros((V + 1, V))
    np.add.at(pairs, (contexts(x, V), x), 1)
    total = pairs.sum(axis=1, keepdims=True)
    return float((pairs * log_or_zero(pairs / np.maximum(total, 1))).sum())


def unigram(x: Words, V: int) -> float:
    """The log-likelihood of the words under their own frequencies."""
    count = np.bincount(x, minlength=V)
    return float((count * log_or_zero(count / len(x))).sum())
