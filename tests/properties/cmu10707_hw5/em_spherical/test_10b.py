"""Part 10b: the best centres (K, d) for given q."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import assert_close, assert_rejects, fresh_seeds, rng_of
from tests.properties.cmu10707_hw5.draw_spherical import centres, responsibilities

X, Q = np.array([[0.0, 0.0], [1.0, -1.0], [2.0, 0.5]]), np.array([[0.5, 0.5], [0.25, 0.75], [1.0, 0.0]])


def test_worked_example(student, reference):
    """Three points and two centres in the plane come out right."""
    assert_close(student.m_step(X, Q), reference.m_step(X, Q), what="mu")


@settings(max_examples=40)
@given(case=centres(), seed=fresh_seeds())
def test_centres_match_reference(student, reference, case, seed):
    """The centres agree with the reference."""
    q = responsibilities(rng_of(seed), len(case.X), len(case.mu))
    assert_close(student.m_step(case.X, q), reference.m_step(case.X, q), what="mu")


def test_rejects_bad_input(student):
    """A centre without any probability, shapes that do not fit, and NaN raise ValueError."""
    assert_rejects(student.m_step, X, Q * np.array([1, 0]), because="a column of q is 0")
    assert_rejects(student.m_step, X, Q[:2], because="q has a row too few")
    assert_rejects(student.m_step, X, Q[:, 0], because="q has one axis")
    assert_rejects(student.m_step, X[:, 0], Q, because="X has one axis")
    assert_rejects(student.m_step, X, Q - 0.25, because="q has a negative entry")
    assert_rejects(student.m_step, X, np.where(Q == 0.75, np.nan, Q), because="q has an entry NaN")
    assert_rejects(student.m_step, np.where(X == 2, np.nan, X), Q, because="a point has a coordinate NaN")
    mu = X[:2]
    assert_rejects(student.objective, Q[:2], X, mu, because="q has a row too few")
    assert_rejects(student.objective, Q[:, :1], X, mu, because="q has a column too few")
    assert_rejects(student.objective, np.where(Q == 0.75, np.nan, Q), X, mu, because="q has an entry NaN")
