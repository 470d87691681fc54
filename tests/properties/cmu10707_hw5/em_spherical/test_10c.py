"""Part 10c: the objective of both steps and the log-likelihood, with all constants."""

import math

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_scalar, assert_close, assert_that, fresh_seeds, rng_of
from tests.properties.cmu10707_hw5.draw_spherical import centres, responsibilities


@settings(max_examples=30)
@given(case=centres(), seed=fresh_seeds())
def test_objective_matches_reference(student, reference, case, seed):
    """The objective of any q agrees with the reference, 0 log 0 being 0."""
    q = responsibilities(rng_of(seed), len(case.X), len(case.mu))
    assert_close(student.objective(q, *case), reference.objective(q, *case), what="the objective")


@settings(max_examples=30)
@given(case=centres())
def test_log_likelihood_matches_reference(student, reference, case):
    """The log-likelihood agrees with the reference, also for points far from all centres."""
    for X in (case.X, case.X + 60):
        right = reference.log_likelihood(X, case.mu)
        assert_close(student.log_likelihood(X, case.mu), right, what="the log-likelihood")


@settings(max_examples=10)
@given(case=centres(), seed=fresh_seeds())
def test_objective_stays_below(student, case, seed):
    """No q has an objective above the log-likelihood."""
    q = responsibilities(rng_of(seed), len(case.X), len(case.mu))
    found = as_scalar(student.objective(q, *case), "the objective")
    limit = as_scalar(student.log_likelihood(*case), "the log-likelihood")
    assert_that(found <= limit + 1e-9 * max(1, abs(limit)), "the objective exceeds the log-likelihood")


def test_worked_example(student):
    """One point between two centres at distance 1: both values are -log sqrt(2 pi) - 1/2."""
    right = -0.5 * np.log(math.tau) - 0.5
    X, mu = np.zeros((1, 1)), np.array([[-1.0], [1.0]])
    assert_close(student.log_likelihood(X, mu), right, what="the log-likelihood")
    assert_close(student.objective(np.array([[0.5, 0.5]]), X, mu), right, what="the objective")
    assert_close(student.objective(np.array([[1.0, 0.0]]), X, mu), right - np.log(2), what="the objective")
