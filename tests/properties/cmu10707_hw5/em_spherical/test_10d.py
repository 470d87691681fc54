"""Part 10d: EM with the log-likelihood of every iterate, and the E step that may only give certain rows."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import T64L, as_array, as_tuple, assert_close, assert_that
from tests.properties.cmu10707_hw5.draw_spherical import centres


@settings(max_examples=20)
@given(case=centres(), n_iter=st.integers(0, 10))
def test_path_matches_reference(student, reference, case, n_iter):
    """Centres, q and trace of none to ten steps agree with the reference."""
    found = as_tuple(student.em(*case, n_iter), 3, "the result")
    right = reference.em(*case, n_iter)
    for value, wanted, what in zip(found[::-1], right[::-1], ("the trace", "q", "mu"), strict=True):
        assert_close(value, wanted, what=what, tol=T64L)


@settings(max_examples=10)
@given(case=centres(min_k=2))
def test_the_likelihood_never_falls(student, case):
    """Over twenty steps the log-likelihood does not fall."""
    trace = as_array(as_tuple(student.em(*case, 20), 3, "the result")[2], (21,), "the trace")
    assert_that(bool((np.diff(trace) >= -1e-9 * np.abs(trace[:-1])).all()), "the log-likelihood falls")


@settings(max_examples=25)
@given(case=centres(min_k=2))
def test_certain_rows_match_reference(student, reference, case):
    """The best q with certain rows agrees with the reference."""
    assert_close(student.e_step_restricted(*case), reference.e_step_restricted(*case), what="q")


def test_worked_example(student, reference):
    """Two steps over four points come out right; each point is certain of its nearest centre."""
    X, mu = np.array([[-2.0], [-1.0], [1.0], [3.0]]), np.array([[-0.5], [0.5]])
    for value, wanted in zip(as_tuple(student.em(X, mu, 2), 3, "the result"), reference.em(X, mu, 2), strict=True):
        assert_close(value, wanted, what="the result")
    assert_close(student.e_step_restricted(X, mu), np.eye(2)[[0, 0, 1, 1]], what="q")
