"""Part 2c: the M-step with labelled points: phi (k,), mu (k, d), sigma (k, d, d)."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import Tolerance, as_array, as_tuple, as_vector, assert_close, assert_rejects
from tests.properties.cs229_ps3.draw_em import labelled_points

CLOSE = Tolerance(1e-6, 0.0, "right programs differ by 1e-13; a ridge of 1e-7 on sigma is accepted")


@given(case=labelled_points())
def test_phi_matches_reference(student, reference, case):
    """The new weights phi agree with the reference."""
    phi, _, _ = as_tuple(student.m_step(*case), 3, "m_step")
    k = case.w.shape[1]
    assert_close(as_vector(phi, k, "phi"), reference.m_step(*case)[0], what="phi", tol=CLOSE)


@given(case=labelled_points())
def test_mu_matches_reference(student, reference, case):
    """The new means mu agree with the reference."""
    _, mu, _ = as_tuple(student.m_step(*case), 3, "m_step")
    assert_close(mu, reference.m_step(*case)[1], what="mu", tol=CLOSE)


@given(case=labelled_points())
def test_sigma_matches_reference(student, reference, case):
    """The new covariances sigma agree with the reference."""
    _, _, sigma = as_tuple(student.m_step(*case), 3, "m_step")
    assert_close(sigma, reference.m_step(*case)[2], what="sigma", tol=CLOSE)


@settings(max_examples=3)
@given(case=labelled_points(alphas=(1.0, 20.0)))
def test_rejects_bad_input(student, case):
    """Shapes that do not fit, NaN, bad rows of w, unknown labels and a negative alpha raise ValueError."""
    w, x, x_tilde, z_tilde, alpha = case
    k, d = w.shape[1], x.shape[1]
    phi, mu, sigma = as_tuple(student.m_step(*case), 3, "m_step")
    as_vector(phi, k, "phi")
    as_array(mu, (k, d), "mu")
    as_array(sigma, (k, d, d), "sigma")
    assert_rejects(student.m_step, w, x[:, 0], x_tilde, z_tilde, alpha, because="x has one axis")
    assert_rejects(student.m_step, w[:, 0], x, x_tilde, z_tilde, alpha, because="w has one axis")
    assert_rejects(student.m_step, w, x, x_tilde[:, 0], z_tilde, alpha, because="x_tilde has one axis")
    assert_rejects(student.m_step, w[1:], x, x_tilde, z_tilde, alpha, because="w has fewer rows than x")
    assert_rejects(student.m_step, w, x, x_tilde, z_tilde[1:], alpha, because="a labelled point has no label")
    doubled = np.column_stack([x_tilde, x_tilde])
    assert_rejects(student.m_step, w, x, doubled, z_tilde, alpha, because="x_tilde has more columns than x")
    assert_rejects(student.m_step, w, x * np.nan, x_tilde, z_tilde, alpha, because="x is NaN")
    assert_rejects(student.m_step, w + 0.25, x, x_tilde, z_tilde, alpha, because="the rows of w sum to more than 1")
    assert_rejects(student.m_step, w / 2, x, x_tilde, z_tilde, alpha, because="the rows of w sum to less than 1")
    last = np.concatenate([w[:-1], w[-1:] / 2])
    assert_rejects(student.m_step, last, x, x_tilde, z_tilde, alpha, because="the last row of w sums to less than 1")
    lopsided = np.column_stack([w[:, 1:], w[:, 0] + 0.5, np.full(len(w), -0.5)])
    assert_rejects(student.m_step, lopsided, x, x_tilde, z_tilde, alpha, because="w has a negative entry")
    assert_rejects(student.m_step, w, x, x_tilde, z_tilde + 1, alpha, because="a label is k")
    assert_rejects(student.m_step, w, x, x_tilde, z_tilde - 1, alpha, because="a label is -1")
    assert_rejects(student.m_step, w, x, x_tilde, z_tilde + 0.5, alpha, because="a label is no whole number")
    assert_rejects(student.m_step, w, x, x_tilde, z_tilde, -alpha, because="alpha is negative")


@settings(max_examples=8)
@given(case=labelled_points())
def test_phi_sums_to_one(student, case):
    """The new weights sum to 1."""
    phi, _, _ = as_tuple(student.m_step(*case), 3, "m_step")
    assert_close(float(as_vector(phi, case.w.shape[1], "phi").sum()), 1.0, what="the sum of phi")


@settings(max_examples=8)
@given(case=labelled_points(alphas=(2.0, 3.0)))
def test_alpha_counts_like_copies(student, case):
    """Giving the labelled points alpha times equals giving them once with weight alpha."""
    w, x, x_tilde, z_tilde, alpha = case
    k, d, copies = w.shape[1], x.shape[1], int(alpha)
    phi, mu, sigma = as_tuple(student.m_step(*case), 3, "m_step")
    again = student.m_step(w, x, np.concatenate([x_tilde] * copies), np.concatenate([z_tilde] * copies), 1.0)
    phi_again, mu_again, sigma_again = as_tuple(again, 3, "m_step")
    assert_close(phi_again, as_vector(phi, k, "phi"), what="phi", tol=CLOSE)
    assert_close(mu_again, as_array(mu, (k, d), "mu"), what="mu", tol=CLOSE)
    assert_close(sigma_again, as_array(sigma, (k, d, d), "sigma"), what="sigma", tol=CLOSE)


@settings(max_examples=8)
@given(case=labelled_points())
def test_moving_the_points_moves_the_means(student, case):
    """Adding 2 to every coordinate adds 2 to every mean and leaves the covariances as they are."""
    w, x, x_tilde, z_tilde, alpha = case
    k, d = w.shape[1], x.shape[1]
    _, mu, sigma = as_tuple(student.m_step(*case), 3, "m_step")
    _, moved, same = as_tuple(student.m_step(w, x + 2, x_tilde + 2, z_tilde, alpha), 3, "m_step")
    assert_close(moved, as_array(mu, (k, d), "mu") + 2, what="mu of the moved points", tol=CLOSE)
    assert_close(same, as_array(sigma, (k, d, d), "sigma"), what="sigma of the moved points", tol=CLOSE)
