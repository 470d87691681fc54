"""Part 7b: the mean log-likelihood, and gradient ascent on it with a trace of all means."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import T32, Tolerance, assert_close, assert_rejects, assert_that, fresh_seeds
from tests.properties.cse599i_hw1.draw_gmm import MEANS, POINTS, START, assert_refuses_bad_shapes, dataset, fits, traced

FAR = np.array([[100.0, 100.0]])
SLACK = 1e-5  # float32 is allowed
SETTLED = Tolerance(2e-3, 1e-3, "steps add up in float32")


def test_worked_example_and_contract(student, reference):
    """Five points come out right, with n_iter + 1 entries that begin with mu0, and bad input raises ValueError."""
    found = student.avg_log_likelihood(POINTS, START)
    assert_close(found, reference.avg_log_likelihood(POINTS, START), what="the log-likelihood", tol=T32)
    mus, trace = traced(student.fit_gradient_ascent(POINTS, START, 0.5, 3), 3, START)
    right_mus, right_trace = reference.fit_gradient_ascent(POINTS, START, 0.5, 3)
    assert_close(mus, right_mus, what="the means", tol=T32)
    assert_close(trace, right_trace, what="the trace", tol=T32)
    assert_refuses_bad_shapes(student.avg_log_likelihood)
    assert_refuses_bad_shapes(student.fit_gradient_ascent, 0.5, 3)
    for lr in (0.0, -0.5):
        assert_rejects(student.fit_gradient_ascent, POINTS, START, lr, 3, because=f"the step size is {lr:g}")


@settings(max_examples=40)
@given(fit=fits())
def test_likelihood_matches_reference(student, reference, fit):
    """The log-likelihood agrees with the reference for every K and d, and where every exp underflows."""
    found = student.avg_log_likelihood(*fit)
    assert_close(found, reference.avg_log_likelihood(*fit), what="the log-likelihood", tol=T32)
    X, mu0 = fit.X + 100, fit.mu0
    assert_close(student.avg_log_likelihood(X, mu0), reference.avg_log_likelihood(X, mu0), what="it far away", tol=T32)
    X, mu0 = 32 * fit.X, 32 * fit.mu0  # far from most means, and not all rows from the same ones
    assert_close(student.avg_log_likelihood(X, mu0), reference.avg_log_likelihood(X, mu0), what="it far apart", tol=T32)
    right = reference.avg_log_likelihood(FAR, MEANS)
    assert_close(student.avg_log_likelihood(FAR, MEANS), right, what="it at (100, 100)", tol=T32)


@settings(max_examples=25)
@given(fit=fits(), lr=st.sampled_from([0.1, 0.5, 1.0, 2.0]), n_iter=st.integers(0, 8))
def test_each_step_follows_the_gradient(student, reference, fit, lr, n_iter):
    """Every entry of the means is one step of gradient ascent on from your entry before; the first is mu0."""
    mus, _ = traced(student.fit_gradient_ascent(*fit, lr, n_iter), n_iter, fit.mu0)
    assert_close(mus[0], fit.mu0, what="the first means", tol=T32)
    for k in range(n_iter):
        right = reference.gradient_step(fit.X, mus[k], lr)
        assert_close(mus[k + 1], right, what=f"the means after step {k + 1}", tol=T32)


@settings(max_examples=20)
@given(fit=fits(), lr=st.sampled_from([0.5, 1.5]))
def test_trace_is_the_likelihood(student, reference, fit, lr):
    """Every entry of the trace is the log-likelihood of all points at your means of the same number."""
    mus, trace = traced(student.fit_gradient_ascent(*fit, lr, 6), 6, fit.mu0)
    right = np.array([reference.avg_log_likelihood(fit.X, mu) for mu in mus])
    assert_close(trace, right, what="the trace", tol=T32)


@settings(max_examples=20)
@given(fit=fits(), lr=st.sampled_from([0.25, 1.0, 2.0]))
def test_likelihood_never_falls(student, fit, lr):
    """With a step size up to 2 no step lowers the log-likelihood."""
    _, trace = traced(student.fit_gradient_ascent(*fit, lr, 10), 10, fit.mu0)
    assert_that(bool((np.diff(trace) >= -SLACK * np.maximum(1, np.abs(trace[1:]))).all()), "the log-likelihood falls")


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_own_step_size_converges(student, reference, seed):
    """With your LR_GA ten iterations on 3000 points end within 0.01 nats of the best log-likelihood."""
    X = dataset(seed)
    mus, _ = traced(student.own_gradient_ascent(X, START, 10), 10, START)
    best = reference.avg_log_likelihood(X, reference.optimum(X, MEANS))
    reached = reference.avg_log_likelihood(X, mus[-1])
    assert_that(reached >= best - 0.01, "ten steps end too low", got=f"{reached:.5f}", expected=f"{best - 0.01:.5f}")


@settings(max_examples=12)
@given(fit=fits(), lr=st.sampled_from([0.5, 1.0]))
def test_order_of_means_does_not_matter(student, fit, lr):
    """Means in another order at the start stay in that order, and the trace is the same."""
    mus, trace = traced(student.fit_gradient_ascent(*fit, lr, 5), 5, fit.mu0)
    turned, same = traced(student.fit_gradient_ascent(fit.X, fit.mu0[::-1], lr, 5), 5, fit.mu0)
    assert_close(turned[:, ::-1], mus, what="the means, put back in order", tol=SETTLED)
    assert_close(same, trace, what="the trace", tol=SETTLED)
