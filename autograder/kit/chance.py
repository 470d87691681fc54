"""Statistical tests with a stated bound on false rejection; each takes the results of calls that are independent draws.

The values come through `as_scalar` or `as_array` first, so they are finite numbers. Calls that return identical values
count as one draw: a program that reseeds its generator inside a call draws once, however often it is called.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.errors import CheckFailed

__all__ = ["assert_covariance_distance", "assert_mean", "assert_variance"]


def assert_mean(values: Any, mean: float, variance: float, *, what: str, limit: float = 7.5) -> None:
    """S-Z: the average of `values`, each with this mean and variance under the claim, has |z| <= limit.

    With limit 7.5 a right program that averages quadratic forms in Gaussians over N = 20 000 samples in all is
    rejected with probability <= 2.4e-12 (Chernoff).
    """
    distinct = np.unique(np.asarray(values, dtype=np.float64))
    scale = float(np.sqrt(variance / max(distinct.size, 1)))
    with np.errstate(all="ignore"):  # huge values overflow to inf or NaN, and both fail
        average = float(distinct.mean()) if distinct.size else float("nan")
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
    if not distance <= limit:
        raise CheckFailed(
            "wrong",
            f"{what}: the average over many draws is off",
            got=f"squared distance {distance:.4g} in {len(gap)} coordinates",
            expected=f"at most {limit:g}",
        )
