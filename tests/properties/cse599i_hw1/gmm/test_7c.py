"""Part 7c: ascent along the gradients of random batches; the trace is that of all points."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import T32, assert_close, assert_rejects, assert_that, fresh_seeds, rng_of
from tests.properties.cse599i_hw1.draw_gmm import MEANS, POINTS, START, assert_refuses_bad_shapes, dataset, fits, traced

STEPS = 5000
ONE_STEP = 1e-4  # float32 is allowed


def test_shapes_and_contract(student, reference):
    """The trace begins with mu0 and has n_iter + 1 entries, an only point is stepped to, bad input is refused."""
    mus, trace = traced(student.fit_sgd(POINTS, START, 0.1, 2, 5, 1), 5, START)
    assert_close(mus[0], START, what="the first means", tol=T32)
    right = np.array([reference.avg_log_likelihood(POINTS, mu) for mu in mus])
    assert_close(trace, right, what="the trace", tol=T32)
    mus, _ = traced(student.fit_sgd(POINTS[:1], START, 0.5, 1, 3, 1), 3, START)
    right_mus, _ = reference.fit_gradient_ascent(POINTS[:1], START, 0.5, 3)
    assert_close(mus, right_mus, what="the means for an only point", tol=T32)
    assert_refuses_bad_shapes(student.fit_sgd, 0.1, 2, 5, 1)
    for lr in (0.0, -0.5):
        assert_rejects(student.fit_sgd, POINTS, START, lr, 2, 5, 1, because=f"the step size is {lr:g}")


@settings(max_examples=3)
@given(seed=fresh_seeds(), batch=st.sampled_from([1, 10, 64]))
def test_trace_is_the_likelihood_of_all_points(student, reference, seed, batch):
    """At 40 places the trace holds the log-likelihood of all points at your means."""
    X = dataset(seed, 100)
    mus, trace = traced(student.fit_sgd(X, START, 0.05, batch, 500, seed), 500, START)
    for k in rng_of(seed).permutation(501)[:40]:
        right = reference.avg_log_likelihood(X, mus[k])
        assert_close(trace[k], right, what=f"entry {k} of the trace", tol=T32)


@settings(max_examples=12)
@given(fit=fits(max_n=1), batch=st.sampled_from([1, 7]), lr=st.sampled_from([0.1, 0.5]), seed=fresh_seeds())
def test_steps_are_exact_where_all_points_are_alike(student, reference, fit, batch, lr, seed):
    """With identical points every batch has the full gradient: each step is that of gradient ascent."""
    X = np.concatenate([fit.X] * 20)
    mus, _ = traced(student.fit_sgd(X, fit.mu0, lr, batch, 6, seed), 6, fit.mu0)
    assert_close(mus[0], fit.mu0, what="the first means", tol=T32)
    for k in range(6):
        right = reference.gradient_step(X, mus[k], lr)
        assert_close(mus[k + 1], right, what=f"the means after step {k + 1}", tol=T32)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_reaches_the_optimum(student, reference, seed):
    """5000 steps of 0.05 on batches of 32 end within 0.02 nats of the best log-likelihood."""
    X = dataset(seed, 300)
    mus, _ = traced(student.fit_sgd(X, START, 0.05, 32, STEPS, seed), STEPS, START)
    assert_near_the_best(reference, X, mus[-1], 0.02)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_own_step_and_batch_size_reach_the_optimum(student, reference, seed):
    """5000 steps with your LR_SGD and BATCH_SGD end within 0.05 nats of the best log-likelihood."""
    X = dataset(seed, 300)
    mus, _ = traced(student.own_sgd(X, START, STEPS, seed), STEPS, START)
    assert_near_the_best(reference, X, mus[-1], 0.05)


@settings(max_examples=4)
@given(seed=fresh_seeds())
def test_generator_decides_the_path(student, reference, seed):
    """The state of the generator decides the means; with one row a batch each step follows the gradient of some row."""
    X = dataset(seed, 20)
    mus, _ = traced(student.fit_sgd(X, START, 0.1, 4, 50, seed), 50, START)
    same, _ = traced(student.fit_sgd(X, START, 0.1, 4, 50, seed), 50, START)
    assert_close(same, mus, what="the means from the same state of the generator")
    other, _ = traced(student.fit_sgd(X, START, 0.1, 4, 50, seed + 1), 50, START)
    assert_that(bool((np.abs(other - mus) > 1e-6).any()), "another state of the generator gives the same means")
    rows = dataset(seed, 2)
    mus, _ = traced(student.fit_sgd(rows, START, 0.1, 1, 6, seed), 6, START)
    for k in range(6):
        steps = np.stack([reference.gradient_step(row[None], mus[k], 0.1) for row in rows])
        off = float(np.abs(steps - mus[k + 1]).max(axis=(1, 2)).min())
        assert_that(
            off <= ONE_STEP, f"step {k + 1} of batches of one row follows no row's gradient", got=f"{off:.3g} away"
        )


def assert_near_the_best(reference, X, mu, gap):
    """The log-likelihood at mu is within the gap of the best one."""
    best = reference.avg_log_likelihood(X, reference.optimum(X, MEANS))
    reached = reference.avg_log_likelihood(X, mu)
    assert_that(reached >= best - gap, "the last step ends too low", got=f"{reached:.5f}", expected=f"{best - gap:.5f}")
