"""Part 1: location and scale, g(z) = mu + sigma z, its inverse, its log density and its draws."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_array, assert_close, assert_follows, assert_rejects, assert_that, fresh_seeds
from tests.properties.cse599i_hw1.draw_analysis import scaled

Z = np.array([[-1.0, 0.0], [0.5, 2.0]])
LAWS = ((3.0, 0.4), (-1.0, 2.5))
DRAWS = 20_000


def test_worked_example_and_contract(student, reference):
    """Four numbers come out right in their shape, and a sigma that is not positive and finite raises ValueError."""
    x = reference.location_scale(Z, 1.0, 0.5)
    assert_close(student.location_scale(Z, 1.0, 0.5), x, what="g(z)")
    assert_close(student.location_scale_inverse(x, 1.0, 0.5), Z, what="the inverse")
    right = reference.location_scale_log_density(x, 1.0, 0.5)
    assert_close(student.location_scale_log_density(x, 1.0, 0.5), right, what="the log density")
    as_array(student.location_scale_sample(5, 1.0, 0.5, 7), (5,), "the draws")
    for sigma in (0.0, -0.5, math.inf, math.nan):
        because = f"sigma is {sigma:g}"
        assert_rejects(student.location_scale, Z, 1.0, sigma, because=because)
        assert_rejects(student.location_scale_inverse, Z, 1.0, sigma, because=because)
        assert_rejects(student.location_scale_log_density, Z, 1.0, sigma, because=because)
        assert_rejects(student.location_scale_sample, 5, 1.0, sigma, 7, because=because)


@settings(max_examples=40)
@given(case=scaled())
def test_log_density_matches_reference(student, reference, case):
    """The log density agrees with the reference, also 60 sigma away."""
    x = case.mu + case.sigma * case.z
    found = student.location_scale_log_density(x, case.mu, case.sigma)
    assert_close(found, reference.location_scale_log_density(x, case.mu, case.sigma), what="the log density")


@settings(max_examples=30)
@given(case=scaled(far=8.0))
def test_inverse_undoes_the_map(student, reference, case):
    """g agrees with the reference, and the inverse leads back to z."""
    z, mu, sigma = case
    x = reference.location_scale(z, mu, sigma)
    assert_close(student.location_scale(z, mu, sigma), x, what="g(z)")
    assert_close(student.location_scale_inverse(x, mu, sigma), reference.location_scale_inverse(x, mu, sigma), what="z")


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_draws_follow_the_law(student, seed):
    """20000 draws follow N(mu, sigma^2) for two pairs of parameters, and another generator gives other draws."""
    for mu, sigma in LAWS:
        draws = as_array(student.location_scale_sample(DRAWS, mu, sigma, seed), (DRAWS,), "the draws")
        assert_follows(draws, lambda x, m=mu, s=sigma: normal_cdf((x - m) / s), what="the draws")
        other = as_array(student.location_scale_sample(DRAWS, mu, sigma, seed + 1), (DRAWS,), "the draws")
        assert_that(bool((draws != other).any()), "another generator gives the same draws")


@settings(max_examples=10)
@given(case=scaled(far=8.0), step=st.integers(1, 8))
def test_map_is_monotone(student, case, step):
    """A larger z has a larger g(z)."""
    z, mu, sigma = case
    low = as_array(student.location_scale(z, mu, sigma), z.shape, "g(z)")
    high = as_array(student.location_scale(z + step, mu, sigma), z.shape, "g(z)")
    assert_that(bool((high > low).all()), "g(z) does not grow with z")


def normal_cdf(z):
    """The distribution function of N(0, 1) at each of z (n,)."""
    return np.array([math.erfc(-t / math.sqrt(2)) / 2 for t in z.tolist()])
