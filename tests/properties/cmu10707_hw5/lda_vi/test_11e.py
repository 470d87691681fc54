"""Part 11e: rounds of updates, lam, gamma, phi, with the bound after each."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import T64L, as_array, as_tuple, assert_close, assert_that
from tests.properties.cmu10707_hw5.draw_corpus import corpora


@settings(max_examples=15)
@given(case=corpora(min_k=2), n_iter=st.integers(1, 3))
def test_path_matches_reference(student, reference, case, n_iter):
    """Parameters and bounds of one to three rounds agree with the reference."""
    phi, gamma, lam, trace = as_tuple(student.iterate(*case, n_iter), 4, "the result")
    right_phi, right_gamma, right_lam, bounds = reference.iterate(*case, n_iter)
    assert_close(lam, right_lam, what="lam", tol=T64L)
    assert_close(gamma, right_gamma, what="gamma", tol=T64L)
    for d, rows in enumerate(as_tuple(phi, len(case.docs), "phi")):
        assert_close(rows, right_phi[d], what=f"phi[{d}]", tol=T64L)
    assert_close(trace, bounds, what="the trace", tol=T64L)


@settings(max_examples=10)
@given(case=corpora(min_k=2))
def test_the_bound_never_falls(student, case):
    """Over ten rounds the bound does not fall."""
    trace = as_array(as_tuple(student.iterate(*case, 10), 4, "the result")[3], (10,), "the trace")
    assert_that(bool((np.diff(trace) >= -1e-8 * np.maximum(1, np.abs(trace[:-1]))).all()), "the bound falls")


def test_worked_example(student):
    """One topic: lam and gamma count the words, and phi is 1 everywhere."""
    docs, phi = [np.array([0, 0, 1])], [np.ones((3, 1))]
    found = student.iterate(docs, phi, np.ones((1, 1)), np.ones((1, 2)), np.ones(1), 0.5, 2)
    phi, gamma, lam, trace = as_tuple(found, 4, "the result")
    assert_close(lam, np.array([[2.5, 1.5]]), what="lam")
    assert_close(gamma, np.array([[4.0]]), what="gamma")
    assert_close(as_tuple(phi, 1, "phi")[0], np.ones((3, 1)), what="phi[0]")
    as_array(trace, (2,), "the trace")
