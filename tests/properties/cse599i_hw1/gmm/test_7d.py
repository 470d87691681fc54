"""Part 7d: EM for the means, with a trace of all of them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import T32, Tolerance, as_array, assert_close, assert_that, fresh_seeds
from tests.properties.cse599i_hw1.draw_gmm import MEANS, POINTS, START, assert_refuses_bad_shapes, dataset, fits, traced

SLACK = 1e-5  # float32 is allowed
SETTLED = Tolerance(2e-3, 1e-3, "iterations add up in float32")


def test_worked_example_and_contract(student, reference):
    """Five points come out right, with n_iter + 1 entries that begin with mu0, and bad input raises ValueError."""
    mus, trace = traced(student.fit_em(POINTS, START, 3), 3, START)
    right_mus, right_trace = reference.fit_em(POINTS, START, 3)
    assert_close(mus, right_mus, what="the means", tol=T32)
    assert_close(trace, right_trace, what="the trace", tol=T32)
    assert_refuses_bad_shapes(student.fit_em, 3)


@settings(max_examples=30)
@given(fit=fits(), n_iter=st.integers(0, 8))
def test_each_iteration_matches_reference(student, reference, fit, n_iter):
    """Every entry of the means is one iteration of EM on from your entry before; the first is mu0."""
    mus, _ = traced(student.fit_em(*fit, n_iter), n_iter, fit.mu0)
    assert_close(mus[0], fit.mu0, what="the first means", tol=T32)
    for k in range(n_iter):
        assert_close(mus[k + 1], reference.em_step(fit.X, mus[k]), what=f"the means after iteration {k + 1}", tol=T32)


@settings(max_examples=20)
@given(fit=fits())
def test_trace_is_the_likelihood(student, reference, fit):
    """Every entry of the trace is the log-likelihood at your means of the same number."""
    mus, trace = traced(student.fit_em(*fit, 6), 6, fit.mu0)
    right = np.array([reference.avg_log_likelihood(fit.X, mu) for mu in mus])
    assert_close(trace, right, what="the trace", tol=T32)


@settings(max_examples=20)
@given(fit=fits())
def test_likelihood_never_falls(student, fit):
    """No iteration lowers the log-likelihood."""
    _, trace = traced(student.fit_em(*fit, 10), 10, fit.mu0)
    assert_that(bool((np.diff(trace) >= -SLACK * np.maximum(1, np.abs(trace[1:]))).all()), "the log-likelihood falls")


@settings(max_examples=3)
@given(seed=fresh_seeds())
def test_optimum_stays(student, reference, seed):
    """From the best means EM does not move."""
    X = dataset(seed, 100)
    best = reference.optimum(X, MEANS)
    mus, _ = traced(student.fit_em(X, best, 3), 3, best)
    assert_close(mus[-1], best, what="the means from the optimum", tol=Tolerance(2e-5, 1e-5, "float32 is allowed"))


@settings(max_examples=12)
@given(fit=fits(plane=True), shift=st.integers(-8, 8))
def test_moves_with_the_data(student, fit, shift):
    """Means in another order, and data that are shifted or turned, give the same means ordered, shifted or turned."""
    mus, _ = traced(student.fit_em(*fit, 5), 5, fit.mu0)
    ordered, _ = traced(student.fit_em(fit.X, fit.mu0[::-1], 5), 5, fit.mu0)
    assert_close(ordered[:, ::-1], mus, what="the means, put back in order", tol=SETTLED)
    shifted, _ = traced(student.fit_em(fit.X + shift, fit.mu0 + shift, 5), 5, fit.mu0)
    assert_close(shifted - shift, mus, what="the means, shifted back", tol=SETTLED)
    turn = np.array([-1.0, 1.0])
    turned, _ = traced(student.fit_em(fit.X[:, ::-1] * turn, fit.mu0[:, ::-1] * turn, 5), 5, fit.mu0)
    assert_close((turned * turn)[:, :, ::-1], mus, what="the means, turned back", tol=SETTLED)


@settings(max_examples=10)
@given(fit=fits(), k=st.integers(1, 3))
def test_one_component_has_the_mean(student, fit, k):
    """A mixture of one component is at the mean of the points after one iteration."""
    mus, _ = traced(student.fit_em(fit.X, fit.mu0[:1], k), k, fit.mu0[:1])
    assert_close(as_array(mus[1:], (k, 1, fit.X.shape[1]), "the means")[0, 0], fit.X.mean(axis=0), what="mu", tol=T32)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_ten_iterations_converge(student, reference, seed):
    """Ten iterations on 3000 points end within 0.0001 nats of the best log-likelihood."""
    X = dataset(seed)
    mus, _ = traced(student.fit_em(X, START, 10), 10, START)
    best = reference.avg_log_likelihood(X, reference.optimum(X, MEANS))
    reached = reference.avg_log_likelihood(X, mus[-1])
    assert_that(reached >= best - 1e-4, "ten iterations end too low", got=f"{reached:.6f}", expected=f"{best:.6f}")
