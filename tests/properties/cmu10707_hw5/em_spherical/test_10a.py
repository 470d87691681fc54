"""Part 10a: the best q (n, K) for given centres."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import assert_close, assert_rejects
from tests.properties.cmu10707_hw5.draw_spherical import centres

X, MU = np.array([[0.0, 0.0], [1.0, -1.0], [2.0, 0.5]]), np.array([[0.5, 0.0], [-1.0, 1.0]])


def test_worked_example(student, reference):
    """Three points and two centres in the plane come out right."""
    assert_close(student.e_step(X, MU), reference.e_step(X, MU), what="q")


@settings(max_examples=40)
@given(case=centres())
def test_posterior_matches_reference(student, reference, case):
    """q agrees with the reference."""
    assert_close(student.e_step(*case), reference.e_step(*case), what="q")


@settings(max_examples=15)
@given(case=centres(max_n=15), distance=st.sampled_from([60.0, -200.0]))
def test_survives_far_points(student, reference, case, distance):
    """Points 60 and more away from all centres have a q, and the right one."""
    case = case._replace(X=case.X + distance * (1 + np.arange(len(case.X)) % 4)[:, None])
    assert_close(student.e_step(*case), reference.e_step(*case), what="q")


def test_rejects_bad_input(student):
    """Shapes that do not fit, and NaN, raise ValueError."""
    for function in (student.e_step, student.log_likelihood, student.e_step_restricted):
        assert_rejects(function, X, MU[:, :1], because="the centres have a coordinate too few")
        assert_rejects(function, X[:, :1], MU, because="the points have a coordinate too few")
        assert_rejects(function, X[:, 0], MU, because="X has one axis")
        assert_rejects(function, X, MU[0], because="mu has one axis")
        assert_rejects(function, np.where(X == 2, np.nan, X), MU, because="a point has a coordinate NaN")
        assert_rejects(function, X, np.where(MU == 1, np.nan, MU), because="a centre has a coordinate NaN")
