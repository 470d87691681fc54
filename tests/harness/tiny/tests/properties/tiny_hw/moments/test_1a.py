"""Part 1a: the mean of x, shape (n,)."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograder.kit import as_scalar, assert_close, assert_rejects, assert_that, rng_of, rounded, seeds


@st.composite
def samples(draw: st.DrawFn):
    """Samples of 1 to 20 numbers."""
    n = draw(st.integers(1, 20))
    return rounded(rng_of(draw(seeds())).standard_normal(n))


@given(x=samples())
def test_matches_reference(student, reference, x):
    """The mean agrees with the reference."""
    assert_close(student.mean(x), reference.mean(x), what="mean")


@given(x=samples())
def test_survives_large_numbers(student, reference, x):
    """Numbers near 1e300 do not overflow."""
    assert_close(student.mean(x[:1] * 1e300), reference.mean(x[:1] * 1e300), what="mean")


def test_rejects_empty_input(student):
    """An empty sample raises ValueError."""
    assert_close(student.mean(np.array([2.0])), 2.0, what="mean")
    assert_rejects(student.mean, np.zeros(0), because="x is empty")


@given(x=samples())
def test_stays_between_the_extremes(student, x):
    """The mean lies between the smallest and the largest number."""
    value = as_scalar(student.mean(x), "mean")
    assert_that(x.min() - 1e-9 <= value <= x.max() + 1e-9, "the mean lies outside the sample")
