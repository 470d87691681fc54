"""Part 2c, derivation: gradients of the lower bound at parameters that are no maximum."""

import numpy as np
from hypothesis import given

from autograder.kit import as_array, as_tuple, as_vector, assert_close, assert_that
from tests.properties.cs229_ps3.draw_em import evaluated_points


@given(case=evaluated_points())
def test_gradient_in_phi_matches_reference(student, reference, case):
    """The gradient in phi agrees with the reference."""
    found = as_vector(student.grad_phi(*case), case[0].shape[1], "grad_phi")
    assert_close(found, reference.grad_phi(*case), what="grad_phi")


@given(case=evaluated_points())
def test_multiplier_matches_reference(student, reference, case):
    """The Lagrange multiplier agrees with the reference."""
    assert_close(student.lagrange(*case), reference.lagrange(*case), what="lagrange")


@given(case=evaluated_points())
def test_gradient_in_mu_matches_reference(student, reference, case):
    """The gradient in mu agrees with the reference."""
    assert_close(student.grad_mu(*case), reference.grad_mu(*case), what="grad_mu")


@given(case=evaluated_points())
def test_gradient_in_sigma_matches_reference(student, reference, case):
    """The gradient in sigma, or in its inverse where declared, agrees with the reference once both are symmetric."""
    found, wanted, sigma = student.grad_sigma(*case), reference.grad_sigma(*case), case[-1]
    if isinstance(found, tuple | list) and len(found) == 2 and isinstance(found[1], str):
        found, of_what = as_tuple(found, 2, "grad_sigma")
        assert_that(of_what == "precision", 'the word beside grad_sigma must be "precision"', got=repr(of_what[:20]))
        wanted = -sigma @ wanted @ sigma
    found = as_array(found, np.shape(wanted), "grad_sigma")
    assert_close((found + found.transpose(0, 2, 1)) / 2, wanted, what="the symmetric part of grad_sigma")
