"""Part 2, code: gradients by reparameterisation."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_tuple, assert_close
from tests.properties.dl2024_hw4.draw_witness import estimates


@settings(max_examples=30)
@given(task=estimates(("quadratic",)))
def test_exact_for_quadratics(student, task):
    """With the noise -1 and 1 the gradient of a quadratic's expectation is exact in mu and sigma."""
    _, parameters, mu, sigma, _ = task
    a, b, _ = parameters
    found = student.pathwise_gradient("quadratic", parameters, mu, sigma, np.array([-1.0, 1.0]))
    in_mu, in_sigma = as_tuple(found, 2, "the gradient")
    assert_close(in_mu, 2 * a * mu + b, what="the derivative in mu")
    assert_close(in_sigma, 2 * a * sigma, what="the derivative in sigma")


@settings(max_examples=40)
@given(task=estimates(("sin", "exp")))
def test_follows_the_noise(student, task):
    """For other functions and any noise the gradient is the mean of f'(z) and of f'(z) eps over the draws."""
    name, (a, b, c), mu, sigma, eps = task
    z = mu + sigma * eps
    slope = a * b * np.cos(b * z + c) if name == "sin" else a * b / 4 * np.exp(b * z / 4 + c)
    in_mu, in_sigma = as_tuple(student.pathwise_gradient(*task), 2, "the gradient")
    assert_close(in_mu, slope.mean(), what="the derivative in mu")
    assert_close(in_sigma, (slope * eps).mean(), what="the derivative in sigma")
