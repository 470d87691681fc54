"""Strategies for log joints and distributions over finitely many values, and bounds that properties calculate."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import fresh_seeds, rng_of, rounded
from autograder.kit.draw import evened
from tests.properties.cmu10707_hw5.draw_discrete import tables

Array = NDArray[np.float64]


class Bound(NamedTuple):
    """A distribution q (S,) and a log joint (S,)."""

    q: Array
    log_joint: Array


class Factors(NamedTuple):
    """Blocks, one distribution for each axis of the log joint."""

    Q: list[Array]
    log_joint: Array


@st.composite
def bounds(draw: st.DrawFn, *, zeros: bool = False) -> Bound:
    """q and a log joint around -5 with spread 3; with `zeros` some of both are 0, never the joint where q is not."""
    S = draw(st.integers(2, 8))
    rng = rng_of(draw(fresh_seeds()))
    q, log_joint = tables(rng, (S,), 1.0), rounded(rng.normal(-5, 3, S))
    if zeros:
        out = rng.permutation(S)[: rng.integers(1, S)]
        q[out] = 0
        q = evened(q)
        log_joint[out[: rng.integers(0, len(out) + 1)]] = -np.inf
    return Bound(q, log_joint)


@st.composite
def factors(draw: st.DrawFn, min_d: int = 2, max_d: int = 4, *, zeros: bool = False, shift: float = 0.0) -> Factors:
    """2 to 4 variables of 2 or 3 values; with `zeros` a block starts with a 0 and the joint has -inf, leaving a way."""
    d = draw(st.integers(min_d, max_d))
    rng = rng_of(draw(fresh_seeds()))
    card = tuple(int(c) for c in rng.integers(2, 4, d))
    log_joint = rounded(1.5 * rng.standard_normal(card)) + shift
    Q = [tables(rng, (c,), 1.0) for c in card]
    if zeros:
        Q[0] = np.append(tables(rng, (card[0] - 1,), 1.0), 0.0)
        log_joint[(-1, *([0] * (d - 1)))] = -np.inf  # where block 0 has no probability
        log_joint[(slice(None), -1, *([slice(None)] * (d - 2)))] = -np.inf  # a value of block 1 that cannot be
    return Factors(Q, log_joint)


def bound_of(Q: list[Array], log_joint: Array) -> float:
    """Entropy of the blocks plus the expectation of the log joint."""
    weights = np.ones(())
    for q in Q:
        weights = np.multiply.outer(weights, q)
    inside = weights > 0
    return float((weights[inside] * (log_joint[inside] - np.log(weights[inside]))).sum())


def log_total(log_joint: Array) -> float:
    """The logarithm of the sum of exponentials."""
    top = log_joint.max()
    return float(top + np.log(np.exp(log_joint - top).sum()))
