"""Part 3e: the posterior distribution of z given x, mean mu_x (m,) and covariance Sigma_x (m, m)."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_array, as_tuple, as_vector, assert_close, assert_rejects
from tests.properties.cs229_ps3.draw_lgm import observed


@given(case=observed())
def test_mean_matches_reference(student, reference, case):
    """The mean of z given x agrees with the reference."""
    model, x = case
    mean, _ = as_tuple(student.posterior(*model, x), 2, "posterior")
    assert_close(as_vector(mean, model.W.shape[1], "mu_x"), reference.posterior(*model, x)[0], what="mu_x")


@given(case=observed())
def test_covariance_matches_reference(student, reference, case):
    """The covariance of z given x agrees with the reference."""
    model, x = case
    _, covariance = as_tuple(student.posterior(*model, x), 2, "posterior")
    assert_close(covariance, reference.posterior(*model, x)[1], what="Sigma_x")


@settings(max_examples=3)
@given(case=observed())
def test_rejects_bad_input(student, case):
    """A gamma that is not positive, shapes that do not fit and NaN raise ValueError."""
    (W, b, gamma), x = case
    m = W.shape[1]
    mean, covariance = as_tuple(student.posterior(W, b, gamma, x), 2, "posterior")
    as_vector(mean, m, "mu_x")
    as_array(covariance, (m, m), "Sigma_x")
    assert_rejects(student.posterior, W, b, 0.0, x, because="gamma is 0")
    assert_rejects(student.posterior, W, b, -gamma, x, because="gamma is negative")
    assert_rejects(student.posterior, W, np.append(b, 0.5), gamma, x, because="b is longer than W has rows")
    assert_rejects(student.posterior, W, b, gamma, np.append(x, 0.5), because="x is longer than W has rows")
    assert_rejects(student.posterior, W * np.nan, b, gamma, x, because="W is NaN")
    assert_rejects(student.posterior, W, b, gamma, np.full_like(x, np.inf), because="x is not finite")
