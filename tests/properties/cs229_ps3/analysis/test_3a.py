"""Part 3a: the marginal distribution of x, mean nu (d,) and covariance Gamma (d, d)."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_array, as_tuple, as_vector, assert_close, assert_rejects
from tests.properties.cs229_ps3.draw_lgm import observed


@given(case=observed())
def test_mean_matches_reference(student, reference, case):
    """The mean of x agrees with the reference."""
    model, _ = case
    nu, _ = as_tuple(student.marginal(*model), 2, "marginal")
    assert_close(as_vector(nu, len(model.b), "nu"), reference.marginal(*model)[0], what="nu")


@given(case=observed())
def test_covariance_matches_reference(student, reference, case):
    """The covariance of x agrees with the reference."""
    model, _ = case
    _, covariance = as_tuple(student.marginal(*model), 2, "marginal")
    assert_close(covariance, reference.marginal(*model)[1], what="Gamma")


@settings(max_examples=3)
@given(case=observed())
def test_rejects_bad_input(student, case):
    """A gamma that is not positive, shapes that do not fit and NaN raise ValueError."""
    (W, b, gamma), _ = case
    nu, covariance = as_tuple(student.marginal(W, b, gamma), 2, "marginal")
    as_vector(nu, len(b), "nu")
    as_array(covariance, (len(b), len(b)), "Gamma")
    assert_rejects(student.marginal, W, b, 0.0, because="gamma is 0")
    assert_rejects(student.marginal, W, b, -gamma, because="gamma is negative")
    assert_rejects(student.marginal, W, b, np.nan, because="gamma is NaN")
    assert_rejects(student.marginal, W, np.append(b, 0.5), gamma, because="b is longer than W has rows")
    assert_rejects(student.marginal, W, np.full_like(b, np.inf), gamma, because="b is not finite")
    assert_rejects(student.marginal, W[:, 0], b, gamma, because="W has one axis")
    assert_rejects(student.marginal, np.column_stack([W, np.full_like(b, np.nan)]), b, gamma, because="W has a NaN")
