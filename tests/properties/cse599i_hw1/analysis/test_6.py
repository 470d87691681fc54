"""Part 6: a series whose sample mean does not approach its mean, judged by many of its paths."""

import math

import numpy as np
from hypothesis import given, settings

from autograder.kit import (
    as_array,
    as_scalar,
    as_tuple,
    assert_close,
    assert_frequency,
    assert_that,
    fresh_seeds,
)

PATHS = {1: 4000, 2: 4000, 16: 4000, 256: 4000, 4096: 2000, 65536: 500}  # how many, by their length
FEW = 100  # for the mean of a late value, which needs no more
FAR = [10**4, 10**6, 10**8, 10**10, 10**12]
LIMIT = 7.0  # standard errors by which a mean may be off
LOW, HIGH = 0.7, 1.4  # empirical over declared squared distance
SHARE = 0.008  # of the sum of squares, for the largest: reached unless variances are finite


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_mean_is_constant(student, seed):
    """x_t has the declared mean at t = 1, 2, 16, 256, 4096 and 65536."""
    mean, _, _ = info(student)
    for T, most in PATHS.items():
        n = min(most, FEW) if T > 4096 else most
        _, last, _ = ends(student, n, T, seed + T)
        error = float(last.std(ddof=1)) / math.sqrt(n)
        off = abs(float(last.mean()) - mean)
        assert_that(
            off <= LIMIT * error + 1e-9 * max(1.0, abs(mean)),
            f"x_t does not have the declared mean at t = {T}",
            got=f"{float(last.mean()):.6g} on average over {n} paths, standard error {error:.2g}",
            expected=f"{mean:.6g}",
            ratio=off / (LIMIT * error) if error > 0 else None,
            chance=student_tail(LIMIT, n - 1),
        )


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_sample_mean_stays_away(student, seed):
    """The sample mean is more than eps away with probability delta at least, for T = 256, 4096 and 65536."""
    mean, eps, delta = info(student)
    first, _, _ = ends(student, 4000, 1, seed)
    low, high = np.quantile(first, [0.25, 0.75])
    assert_that(delta >= 0.3, "delta is below 0.3", got=f"{delta:g}")
    assert_that(
        eps >= 0.23 * (high - low) and eps > 0,  # 8 % for the quartiles of 4000 draws
        "eps is less than a quarter of the interquartile range of x_1",
        got=f"{eps:g}",
        expected=f"at least {(high - low) / 4:.3g}",
    )
    for T in (256, 4096, 65536):
        _, _, means = ends(student, PATHS[T], T, seed + T)
        assert_frequency(np.abs(means - mean) > eps, delta, what=f"the sample mean of {T} values")


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_declared_variance_is_right(student, seed):
    """The declared squared distance is the one seen at T = 1, 2, 16, 256 and 4096, and does not vanish up to 10**12."""
    mean, _, _ = info(student)
    sizes = [1, 2, 16, 256, 4096]  # at 1 noise beside a level counts as much as the level, at 2 half as much
    declared = as_array(student.example_mean_variances(sizes), (len(sizes),), "the declared values", infinite=True)
    for T, wanted in zip(sizes, declared, strict=True):
        _, _, means = ends(student, PATHS[T], T, seed + T)
        squares = (means - mean) ** 2
        seen = float(squares.mean())
        if math.isinf(wanted):
            heavy = wanted > 0 and float(squares.max()) >= SHARE * float(squares.sum()) and seen > 0
            assert_that(
                heavy, f"the squared distance at T = {T} is declared infinite, and is not", got=f"about {seen:.4g}"
            )
        else:
            assert_that(
                wanted > 0 and LOW <= seen / wanted <= HIGH,
                f"the squared distance at T = {T} is not the declared one",
                got=f"about {seen:.4g}",
                expected=f"{wanted:.4g} within a factor of {LOW:g} to {HIGH:g}",
            )
    far = as_array(student.example_mean_variances(FAR), (len(FAR),), "the declared values", infinite=True)
    assert_that(bool((far >= 0.2 * far[0]).all() and far[0] > 0), "the declared squared distance vanishes for large T")


def test_claim_and_paths_have_their_form(student):
    """The claim is three finite numbers, paths are an array (n_paths, T), and the generator alone decides them."""
    info(student)
    paths = as_array(student.example_paths(3, 5, 11), (3, 5), "the paths")
    assert_close(student.example_paths(3, 5, 11), paths, what="the paths from the same state of the generator")


def info(student):
    """The declared mean, eps and delta."""
    claim = student.example_info()
    assert_that(isinstance(claim, dict) and {"mean", "eps", "delta"} <= set(claim), 'info needs "mean", "eps", "delta"')
    return tuple(as_scalar(claim[name], name) for name in ("mean", "eps", "delta"))


def ends(student, n, T, seed):
    """First values, last values and means of n paths of T values."""
    found = as_tuple(student.example_ends(n, T, seed), 3, "the paths")
    return tuple(as_array(row, (n,), name) for row, name in zip(found, ("x_1", "x_T", "the means"), strict=True))


def student_tail(limit, freedom):
    """A bound on |t| > limit for Student's t: twice the Gaussian tail, corrected for the degrees of freedom."""
    return (
        math.erfc(limit / math.sqrt(2) * (1 - 1 / freedom)) * 10
        if freedom < 1000
        else 2 * math.erfc(limit / math.sqrt(2))
    )
