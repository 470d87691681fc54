"""Part 7a: n_per points from each of three Gaussians, with the numbers of their components."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import (
    EXACT,
    as_array,
    as_integers,
    as_tuple,
    assert_close,
    assert_follows,
    assert_gaussian_mean,
    assert_gaussian_spread,
    assert_that,
    fresh_seeds,
)
from tests.properties.cse599i_hw1.draw_gmm import MEANS

ONES = np.ones(2)
LIMIT = 6.7


@settings(max_examples=4)
@given(n_per=st.integers(1, 50), seed=fresh_seeds())
def test_every_component_has_its_share(student, n_per, seed):
    """There are exactly n_per points of each component, few or 1000, and rng alone decides them."""
    for many in (1000, n_per):  # few points may have equal shares by chance
        points, labels = data(student, many, seed)
        assert_close(np.bincount(labels, minlength=3), np.full(3, many), what="the numbers of points", tol=EXACT)
    again, same = data(student, n_per, seed)
    assert_close(again, points, what="the points from the same state of the generator")
    assert_close(same, labels, what="the labels from the same state of the generator")
    other, _ = data(student, n_per, seed + 1)
    assert_that(bool((other != points).any()), "another state of the generator gives the same points")


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_means_are_right(student, seed):
    """The points of a component have its mean on average."""
    points, labels = data(student, 1000, seed)
    for k in range(3):
        assert_gaussian_mean(points[labels == k], MEANS[k], ONES, what=f"component {k}")


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_spread_is_right(student, seed):
    """The points of a component have variance 1 in both coordinates."""
    points, labels = data(student, 1000, seed)
    for k in range(3):
        rows = points[labels == k]
        assert_gaussian_spread(rows, rows.mean(axis=0), ONES, what=f"component {k}")


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_coordinates_are_uncorrelated(student, seed):
    """The two coordinates of a component's points have no correlation."""
    points, labels = data(student, 1000, seed)
    for k in range(3):
        r = float(np.corrcoef(points[labels == k].T)[0, 1])
        z = abs(math.atanh(min(abs(r), 1 - 1e-12))) * math.sqrt(997)
        chance = 1.5 * math.erfc(LIMIT / math.sqrt(2))  # a bound for 1000 pairs
        what = f"component {k}: the coordinates are correlated"
        assert_that(z <= LIMIT, what, got=f"{r:.3g}", ratio=z / LIMIT, chance=chance)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_noise_is_gaussian(student, seed):
    """The distances from the means, coordinate by coordinate, follow the normal law."""
    points, labels = data(student, 4000, seed)
    away = points - np.stack([points[labels == k].mean(axis=0) for k in range(3)])[labels]
    away = away / away.std()
    assert_follows(away.ravel(), normal_cdf, what="the noise")


def data(student, n_per, seed):
    """Points (3 n_per, 2) and labels (3 n_per,) that the function gives; every label is 0, 1 or 2."""
    points, labels = as_tuple(student.make_gmm_data(n_per, seed), 2, "the data")
    labels = as_integers(labels, (3 * n_per,), "the labels")
    assert_that(bool(((labels >= 0) & (labels < 3)).all()), "a label lies outside 0..2")
    assert_that(len(np.unique(labels)) == 3, "a component has no point")
    return as_array(points, (3 * n_per, 2), "the points"), labels


def normal_cdf(z):
    """The distribution function of N(0, 1) at each of z (n,)."""
    return np.array([math.erfc(-t / math.sqrt(2)) / 2 for t in z.tolist()])
