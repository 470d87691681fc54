"""Statistical tests with a stated bound on false rejection; each takes the results of calls that are independent draws.

Each tells its bound to whoever listens (`margin`), so the audit can add them up over a homework.

The values come through `as_scalar` or `as_array` first, so they are finite numbers. Calls that return identical values
count as one draw: a program that reseeds its generator inside a call draws once, however often it is called.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.errors import CheckFailed
from autograder.kit import margin

__all__ = [
    "assert_covariance_distance",
    "assert_mean",
    "assert_variance",
    "distance_chance",
    "mean_chance",
    "variance_chance",
]


def assert_mean(
    values: Any, mean: float, variance: float, *, what: str, limit: float = 7.5, draws: int = 20_000
) -> None:
    """S-Z: the average of `values`, each with this mean and variance under the claim, has |z| <= limit.

    A right program that averages quadratic forms in Gaussians over `draws` samples in all is rejected with probability
    <= mean_chance(limit, draws): 2.4e-12 for 7.5 and 20 000.
    """
    distinct = np.unique(np.asarray(values, dtype=np.float64))
    scale = float(np.sqrt(variance / max(distinct.size, 1)))
    with np.errstate(all="ignore"):  # huge values overflow to inf or NaN, and both fail
        average = float(distinct.mean()) if distinct.size else float("nan")
        margin.note(what, float(np.divide(abs(average - mean), limit * scale)), mean_chance(limit, draws))
    if not abs(average - mean) <= limit * scale:
        raise CheckFailed(
            "wrong",
            f"{what}: the average over many draws is off",
            got=f"mean {average:.6g} of {distinct.size} different values",
            expected=f"{mean:.6g} within {limit * scale:.2g}",
        )


def assert_variance(values: Any, variance: float, *, what: str, low: float = 0.5, high: float = 1.8) -> None:
    """S-VAR: the sample variance of `values` over the exact one lies in [low, high].

    With 400 Gaussian values the bounds 0.5 and 1.8 have tails below 1e-17. Values that are all the same fail.
    """
    sample = np.asarray(values, dtype=np.float64)
    if np.unique(sample).size < 2:
        raise CheckFailed("wrong", f"{what}: repeated calls give the same value", expected="new draws in every call")
    with np.errstate(all="ignore"):
        ratio = float(np.var(sample / np.sqrt(variance), ddof=1))
        off = abs(math.log(ratio)) / math.log(high if ratio > 1 else 1 / low) if 0 < ratio < math.inf else math.inf
    margin.note(what, off, variance_chance(low, high, sample.size))
    if not low <= ratio <= high:
        raise CheckFailed(
            "wrong",
            f"{what}: the spread over repeated calls is off",
            got=f"{ratio:.3g} times the variance that so many samples give",
            expected=f"between {low:g} and {high:g} times",
        )


def assert_covariance_distance(
    rows: Any, mean: NDArray[np.float64], covariance: NDArray[np.float64], *, what: str, limit: float = 110.0
) -> None:
    """S-GRAD: the average of `rows` (calls, p), each with this mean and covariance under the claim, is close to `mean`.

    The squared distance in units of the average's covariance must be <= limit: chi-square with p degrees of freedom
    for a right program, whose tail beyond 110 is 4e-20 for p = 8.
    """
    distinct = np.unique(np.asarray(rows, dtype=np.float64), axis=0)
    with np.errstate(all="ignore"):
        gap = distinct.mean(axis=0) - mean
        distance = float(gap @ np.linalg.solve(covariance / len(distinct), gap))
    margin.note(what, distance / limit, distance_chance(limit, len(gap)))
    if not distance <= limit:
        raise CheckFailed(
            "wrong",
            f"{what}: the average over many draws is off",
            got=f"squared distance {distance:.4g} in {len(gap)} coordinates",
            expected=f"at most {limit:g}",
        )


def mean_chance(limit: float, draws: int) -> float:
    """Chernoff's bound on |z| > limit for the average of `draws` quadratic forms in Gaussians.

    The worst form is a single square, for which z = (chi2_n - n) / sqrt(2 n).
    """
    t = limit * math.sqrt(2 / draws)
    above = math.exp(-draws / 2 * (t - math.log1p(t)))
    return above + (math.exp(draws / 2 * (t + math.log1p(-t))) if t < 1 else 0.0)


def variance_chance(low: float, high: float, count: int) -> float:
    """Chernoff's bound on a sample variance of `count` Gaussians outside [low, high] times the true one."""
    half = (count - 1) / 2
    return math.exp(-half * (high - 1 - math.log(high))) + math.exp(-half * (low - 1 - math.log(low)))


def distance_chance(limit: float, p: int) -> float:
    """The tail of chi-square beyond `limit` with p degrees of freedom (with p + 1 where p is odd: a bound)."""
    half = limit / 2
    terms = (half**k / math.factorial(k) for k in range((p + 1) // 2))
    return math.exp(-half) * sum(terms)
