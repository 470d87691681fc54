"""Part 3c: gradients of the divergence and of log p(x | z), each of shape (m,)."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_vector, assert_close, assert_rejects
from tests.properties.cs229_ps3.draw_lgm import points


@given(p=points())
def test_kl_gradient_in_mu_matches_reference(student, reference, p):
    """The gradient of KL(q || prior) in mu agrees with the reference."""
    found = as_vector(student.grad_kl_mu(p.mu, p.sigma), len(p.mu), "grad_kl_mu")
    assert_close(found, reference.grad_kl_mu(p.mu, p.sigma), what="grad_kl_mu")


@given(p=points())
def test_kl_gradient_in_sigma_matches_reference(student, reference, p):
    """The gradient of KL(q || prior) in sigma agrees with the reference."""
    found = as_vector(student.grad_kl_sigma(p.mu, p.sigma), len(p.mu), "grad_kl_sigma")
    assert_close(found, reference.grad_kl_sigma(p.mu, p.sigma), what="grad_kl_sigma")


@given(p=points())
def test_likelihood_gradient_in_z_matches_reference(student, reference, p):
    """The gradient of log p(x | z) in z agrees with the reference."""
    found = as_vector(student.grad_z_loglik(p.x, *p.model, p.z), len(p.mu), "grad_z_loglik")
    assert_close(found, reference.grad_z_loglik(p.x, *p.model, p.z), what="grad_z_loglik")


@given(p=points())
def test_likelihood_gradient_in_mu_matches_reference(student, reference, p):
    """The gradient of log p(x | mu + sigma * eps) in mu agrees with the reference."""
    args = (p.x, *p.model, p.mu, p.sigma, p.eps)
    found = as_vector(student.grad_mu_loglik(*args), len(p.mu), "grad_mu_loglik")
    assert_close(found, reference.grad_mu_loglik(*args), what="grad_mu_loglik")


@given(p=points())
def test_likelihood_gradient_in_sigma_matches_reference(student, reference, p):
    """The gradient of log p(x | mu + sigma * eps) in sigma agrees with the reference."""
    args = (p.x, *p.model, p.mu, p.sigma, p.eps)
    found = as_vector(student.grad_sigma_loglik(*args), len(p.mu), "grad_sigma_loglik")
    assert_close(found, reference.grad_sigma_loglik(*args), what="grad_sigma_loglik")


@settings(max_examples=2)
@given(p=points())
def test_rejects_bad_input(student, p):
    """Scales that are not positive, shapes that do not fit and NaN raise ValueError, in all five functions."""
    x, (W, b, gamma), mu, sigma, eps, z = p
    for function in (student.grad_kl_mu, student.grad_kl_sigma):
        as_vector(function(mu, sigma), len(mu), "the gradient")
        assert_rejects(function, mu, 0 * sigma, because="sigma is 0")
        assert_rejects(function, mu, -sigma, because="sigma is negative")
        worse, longer = np.append(sigma, -1.0), np.append(mu, 0.5)
        assert_rejects(function, longer, worse, because="an entry of sigma is negative")
        assert_rejects(function, mu, np.full_like(sigma, np.inf), because="sigma is infinite")
        assert_rejects(function, mu, np.append(sigma, 1.0), because="sigma is longer than mu")
        assert_rejects(function, mu * np.nan, sigma, because="mu is NaN")
    as_vector(student.grad_z_loglik(x, W, b, gamma, z), len(z), "the gradient")
    assert_rejects(student.grad_z_loglik, x, W, b, 0.0, z, because="gamma is 0")
    assert_rejects(student.grad_z_loglik, x, W, b, -gamma, z, because="gamma is negative")
    assert_rejects(student.grad_z_loglik, np.append(x, 1.0), W, b, gamma, z, because="x is longer than W has rows")
    assert_rejects(student.grad_z_loglik, x, W, b, gamma, np.append(z, 1.0), because="z is longer than W has columns")
    assert_rejects(student.grad_z_loglik, x, W, b, gamma, z * np.nan, because="z is NaN")
    for function in (student.grad_mu_loglik, student.grad_sigma_loglik):
        as_vector(function(x, W, b, gamma, mu, sigma, eps), len(mu), "the gradient")
        assert_rejects(function, x, W, b, -gamma, mu, sigma, eps, because="gamma is negative")
        assert_rejects(function, x, W, b, gamma, mu, 0 * sigma, eps, because="sigma is 0")
        assert_rejects(function, x, W, b, gamma, mu, sigma, np.append(eps, 1.0), because="eps is longer than mu")
        assert_rejects(function, x * np.nan, W, b, gamma, mu, sigma, eps, because="x is NaN")
