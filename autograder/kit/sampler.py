"""Statistical tests of samplers: independent draws against an exact law, each with a bound on false rejection.

A right sampler is rejected with probability <= `level`, 1e-10 unless a test says otherwise, whatever its seed. What is
tested comes through `as_array` or `as_integers` first. Each tells its bound to whoever listens (`margin`). For averages
of known variance over calls see `kit.chance`.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.errors import CheckFailed
from autograder.kit import margin

__all__ = [
    "assert_cells",
    "assert_follows",
    "assert_frequency",
    "assert_gaussian_mean",
    "assert_gaussian_spread",
    "assert_same_law",
]

Array = NDArray[np.float64]
LEVEL = 1e-10


def assert_cells(draws: NDArray[np.int64], p: Array, *, what: str, level: float = LEVEL) -> None:
    """S-BIN: integer draws 0..k-1 come from the distribution p (k,).

    For each cell the exact binomial tails, both together `level` / k. A draw outside, or in a cell of probability 0,
    rejects at once.
    """
    from scipy.stats import binom

    k, n = len(p), len(draws)
    if ((draws < 0) | (draws >= k)).any():
        raise CheckFailed("wrong", f"{what}: a draw lies outside 0..{k - 1}")
    counts = np.bincount(draws, minlength=k)
    impossible = (p == 0) & (counts > 0)
    if impossible.any():
        cell = int(np.argmax(impossible))
        raise CheckFailed("wrong", f"{what}: an outcome of probability 0 was drawn", got=f"outcome {cell}")
    tails = np.minimum(binom.cdf(counts, n, p), binom.sf(counts - 1, n, p))
    cell = int(np.argmin(tails))
    margin.note(what, _ratio(float(tails[cell]), level / (2 * k)), level)
    if not tails[cell] >= level / (2 * k):
        raise CheckFailed(
            "wrong",
            f"{what}: an outcome is drawn too {'often' if counts[cell] > n * p[cell] else 'seldom'}",
            got=f"outcome {cell} in {counts[cell]} of {n} draws",
            expected=f"about {n * p[cell]:.6g}",
        )


def assert_follows(draws: Array, cdf: Callable[[Array], Any], *, what: str, level: float = LEVEL) -> None:
    """S-DKW: draws (n,) come from the continuous law with this distribution function.

    The largest distance between it and the empirical one is <= sqrt(log(2 / level) / (2 n)): 3.444 / sqrt(n).
    """
    n = len(draws)
    at = np.asarray(cdf(np.sort(draws)), dtype=np.float64)
    steps = np.arange(n + 1) / n
    distance = float(max(np.abs(steps[1:] - at).max(initial=0), np.abs(steps[:-1] - at).max(initial=0)))
    limit = math.sqrt(math.log(2 / level) / (2 * n))
    margin.note(what, distance / limit, level)
    if not distance <= limit:
        raise CheckFailed(
            "wrong",
            f"{what}: the draws do not follow the law",
            got=f"distribution functions {distance:.4f} apart",
            expected=f"at most {limit:.4f}",
        )


def assert_gaussian_mean(rows: Array, mean: Array, deviation: Array, *, what: str, limit: float = 6.7) -> None:
    """S-MEAN: rows (n, d) are Gaussian with this mean and these standard deviations (d,): |z| <= limit in each of d.

    A right sampler is rejected with probability 2.1e-11 a coordinate at the limit of 6.7.
    """
    z = (rows.mean(axis=0) - mean) / (np.asarray(deviation) / math.sqrt(len(rows)))
    worst = int(np.argmax(np.where(np.isnan(z), np.inf, np.abs(z))))
    margin.note(what, float(abs(z[worst])) / limit, len(z) * math.erfc(limit / math.sqrt(2)))
    if not abs(z[worst]) <= limit:
        raise CheckFailed(
            "wrong",
            f"{what}: the mean of the draws is off",
            got=f"{z[worst]:.3g} standard errors in coordinate {worst}",
            expected=f"at most {limit:g}",
        )


def assert_gaussian_spread(rows: Array, mean: Array, deviation: Array, *, what: str, level: float = LEVEL) -> None:
    """S-CHI2: rows (n, d) are Gaussian with this mean and these standard deviations (d,).

    In each coordinate the sum of squares is chi-square with n degrees of freedom and lies between its exact quantiles
    at `level` and 1 - `level`.
    """
    from scipy.stats import chi2

    n = len(rows)
    low, high = chi2.ppf(level, n), chi2.isf(level, n)
    squares = (((rows - mean) / deviation) ** 2).sum(axis=0)
    bad = ~((squares >= low) & (squares <= high))
    tails = np.minimum(chi2.cdf(squares, n), chi2.sf(squares, n))
    margin.note(what, _ratio(float(tails.min()), level), 2 * level * len(squares))
    if bad.any():
        worst = int(np.argmax(bad))
        raise CheckFailed(
            "wrong",
            f"{what}: the spread of the draws is off",
            got=f"{squares[worst] / n:.4g} times the variance in coordinate {worst}",
            expected=f"between {low / n:.4g} and {high / n:.4g} times",
        )


def assert_frequency(happened: NDArray[np.bool_], delta: float, *, what: str, level: float = 1e-9) -> None:
    """S-FREQ: an event of probability >= delta happened in independent trials (n,) as often as it must.

    Its frequency is >= delta - sqrt(log(1 / level) / (2 n)), by Hoeffding's bound.
    """
    frequency = float(np.mean(happened))
    slack = math.sqrt(math.log(1 / level) / (2 * len(happened)))
    limit = delta - slack
    margin.note(what, (delta - frequency) / slack, level)
    if not frequency >= limit:
        raise CheckFailed(
            "wrong",
            f"{what}: it happens too seldom",
            got=f"in {frequency:.4f} of {len(happened)} trials",
            expected=f"at least {limit:.4f}, for a probability of {delta:g}",
        )


def assert_same_law(draws: Array, others: Array, *, what: str, level: float = 1e-9) -> None:
    """S-KS2: draws (n, d) and others (m, d) come from one law, coordinate by coordinate.

    The distance between the empirical distribution functions is <= sqrt(-log(a / 2) / 2 (1 / n + 1 / m)) with
    a = level / d.
    """
    n, m, d = len(draws), len(others), draws.shape[1]
    limit = math.sqrt(-math.log(level / d / 2) / 2 * (1 / n + 1 / m))
    for j in range(d):
        both = np.sort(np.concatenate([draws[:, j], others[:, j]]))
        mine = np.searchsorted(np.sort(draws[:, j]), both, side="right") / n
        theirs = np.searchsorted(np.sort(others[:, j]), both, side="right") / m
        distance = float(np.abs(mine - theirs).max())
        margin.note(what, distance / limit, level / d)
        if not distance <= limit:
            raise CheckFailed(
                "wrong",
                f"{what}: the draws do not follow the law of the reference's",
                got=f"distribution functions {distance:.4f} apart in coordinate {j}",
                expected=f"at most {limit:.4f}",
            )


def _ratio(tail: float, allowed: float) -> float:
    """How far a tail probability is from the one allowed, in logarithms: 1 at the border, above it beyond."""
    return math.log(tail) / math.log(allowed) if tail > 0 else math.inf
