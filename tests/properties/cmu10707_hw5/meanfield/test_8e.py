"""Part 8e: the best fully factorised Gaussian for a Gaussian posterior with precision Lam."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_tuple, assert_close, fresh_seeds, rng_of, rounded


@settings(max_examples=25)
@given(d=st.integers(1, 5), seed=fresh_seeds())
def test_moments_match_reference(student, reference, d, seed):
    """Means and variances agree with the reference."""
    rng = rng_of(seed)
    m, a = rounded(rng.standard_normal(d)), rng.standard_normal((d, d))
    Lam = rounded(a @ a.T + 0.3 * np.eye(d))
    compare(student, reference, m, (Lam + Lam.T) / 2)


def test_worked_example(student, reference):
    """Two correlated variables come out right."""
    compare(student, reference, np.array([1.0, -2.0]), np.array([[2.0, 1.0], [1.0, 4.0]]))


def compare(student, reference, m, Lam):
    """Both moments agree."""
    mean, var = as_tuple(student.gaussian_mean_field(m, Lam), 2, "the result")
    right_mean, right_var = reference.gaussian_mean_field(m, Lam)
    assert_close(mean, right_mean, what="the means")
    assert_close(var, right_var, what="the variances")
