"""Part 1.3: the tables from posteriors, and EM with the log-likelihood of every iterate."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import (
    T64L,
    as_array,
    as_tuple,
    assert_close,
    assert_distribution,
    assert_rejects,
    assert_that,
    fresh_seeds,
    rng_of,
    seeds,
)
from tests.properties.stratos_a5.draw_em import (
    bigram_bound,
    distributions,
    expected,
    labelled,
    models,
    seen,
    unigram,
    weighted,
)

X = np.array([0, 1, 0, 2, 0, 1])
GAMMA = np.array([[0.5, 0.5], [0.25, 0.75], [1.0, 0.0], [0.125, 0.875], [0.5, 0.5], [0.75, 0.25]])
INIT = (
    np.array([[0.5, 0.5], [0.25, 0.75], [0.75, 0.25], [0.125, 0.875]]),
    np.array([[0.5, 0.25, 0.25], [0.25, 0.5, 0.25]]),
)


def test_worked_example_and_contract(student, reference):
    """Six words come out right, EM returns n_iter + 1 values that never fall, and bad input raises ValueError."""
    first, second = tables(student.m_step(X, GAMMA, 3), 3, 2)
    right_first, right_second = reference.m_step(X, GAMMA, 3)
    assert_close(first, right_first, what="p_z_given_x")
    assert_close(second, right_second, what="p_x_given_z")
    first, second, trace = as_tuple(student.em(X, 3, 2, 4, INIT), 3, "the result of em")
    trace = as_array(trace, (5,), "the trace")
    assert_distribution(as_array(first, (4, 2), "p_z_given_x"), what="p_z_given_x")
    assert_distribution(as_array(second, (2, 3), "p_x_given_z"), what="p_x_given_z")
    assert_rises(trace)
    first, second = tables(student.init_params(3, 2, 7), 3, 2)
    assert_distribution(first, what="p_z_given_x of init_params")
    assert_distribution(second, what="p_x_given_z of init_params")
    assert_rejects(student.m_step, X[:0], GAMMA[:0], 3, because="x is empty")
    assert_rejects(student.m_step, X, GAMMA, 2, because="x has an entry that is V")
    assert_rejects(student.m_step, X, GAMMA[1:], 3, because="gamma has too few rows")
    assert_rejects(student.m_step, X, GAMMA - 0.5, 3, because="gamma has a negative entry")
    assert_rejects(student.m_step, X, GAMMA * np.nan, 3, because="gamma is NaN")
    assert_rejects(student.m_step, X, np.where(GAMMA == 1, np.inf, GAMMA), 3, because="gamma is infinite")


@settings(max_examples=60)
@given(case=weighted())
def test_m_step_matches_reference(student, reference, case):
    """Every row that gamma determines agrees with the reference, and every other row is a distribution."""
    x, gamma, V = case
    first, second = tables(student.m_step(*case), V, gamma.shape[1])
    right_first, right_second = reference.m_step(*case)
    rows, classes = seen(x, V), gamma.sum(axis=0) > 0
    assert_close(first[rows], right_first[rows], what="p_z_given_x (rows of contexts that occur)")
    assert_close(second[classes], right_second[classes], what="p_x_given_z (rows of classes with any weight)")
    assert_distribution(first, what="p_z_given_x")
    assert_distribution(second, what="p_x_given_z")


@settings(max_examples=20)
@given(case=weighted(), known=labelled(max_t=30), seed=seeds())
def test_m_step_is_optimal(student, reference, case, known, seed):
    """No other tables have a higher expected log-likelihood; certain classes give the estimate of part 1.1."""
    _, gamma, V = case
    m, rng = gamma.shape[1], rng_of(seed)
    best = expected(*case, *tables(student.m_step(*case), V, m))
    for _ in range(20):
        other = expected(*case, distributions(rng, V + 1, m), distributions(rng, m, V))
        assert_that(other <= best + 1e-9 * max(1, abs(best)), "other tables have a higher expected log-likelihood")
    first, second = tables(student.m_step(known.x, np.eye(known.m)[known.z], known.V), known.V, known.m)
    right_first, right_second = reference.mle_complete(*known)
    rows, classes = seen(known.x, known.V), np.bincount(known.z, minlength=known.m) > 0
    assert_close(first[rows], right_first[rows], what="p_z_given_x for certain classes")
    assert_close(second[classes], right_second[classes], what="p_x_given_z for certain classes")


@settings(max_examples=25)
@given(model=models(min_m=2), n_iter=st.integers(1, 30))
def test_trace_follows_the_reference(student, reference, model, n_iter):
    """Every value of the trace is the log-likelihood of the right iterate, and the last iterate comes back."""
    x, V, m = model.x, model.second.shape[1], len(model.second)
    arguments = (x, V, m, n_iter, (model.first, model.second))
    first, second, trace = as_tuple(student.em(*arguments), 3, "the result of em")
    right_first, right_second, right_trace = reference.em(*arguments)
    assert_close(trace, right_trace, what="the trace", tol=T64L)
    rows = seen(x, V)
    first = as_array(first, (V + 1, m), "p_z_given_x")
    assert_close(first[rows], right_first[rows], what="p_z_given_x (rows of contexts that occur)", tol=T64L)
    assert_close(second, right_second, what="p_x_given_z", tol=T64L)


@settings(max_examples=20)
@given(model=models(min_m=2))
def test_trace_rises_to_the_bigram_bound(student, model):
    """The log-likelihood never falls, and never exceeds what the bigram frequencies of the words give."""
    x, V, m = model.x, model.second.shape[1], len(model.second)
    _, _, trace = as_tuple(student.em(x, V, m, 15, (model.first, model.second)), 3, "the result of em")
    trace = as_array(trace, (16,), "the trace")
    assert_rises(trace)
    bound = bigram_bound(x, V)
    assert_that(
        bool((trace <= bound + 1e-9 * max(1, abs(bound))).all()),
        "the log-likelihood exceeds that of the words' own bigram frequencies",
        got=f"{trace.max():.9g}",
        expected=f"at most {bound:.9g}",
    )


@settings(max_examples=10)
@given(model=models())
def test_no_iterations_change_nothing(student, reference, model):
    """With n_iter = 0 the tables come back as they were, with one value."""
    V, m = model.second.shape[1], len(model.second)
    first, second, trace = as_tuple(student.em(model.x, V, m, 0, (model.first, model.second)), 3, "the result of em")
    assert_close(first, model.first, what="p_z_given_x")
    assert_close(second, model.second, what="p_x_given_z")
    as_array(trace, (1,), "the trace")
    assert_close(trace, np.array([reference.log_likelihood(*model)]), what="the trace")


@settings(max_examples=12)
@given(model=models(max_m=1), m=st.integers(2, 5))
def test_known_optima_are_reached(student, model, m):
    """One class, and classes that begin exactly alike, are at the word frequencies after one step and stay there."""
    x, V = model.x, model.second.shape[1]
    alike = (np.full((V + 1, m), 1 / m), np.full((m, V), 1 / V))
    for classes, init in ((1, (model.first, model.second)), (m, alike)):
        _, _, trace = as_tuple(student.em(x, V, classes, 5, init), 3, "the result of em")
        trace = as_array(trace, (6,), "the trace")
        assert_close(trace[1:], np.full(5, unigram(x, V)), what="the trace after the first step", tol=T64L)


@settings(max_examples=12)
@given(V=st.integers(1, 8), m=st.integers(2, 6), seed=fresh_seeds())
def test_init_is_random_and_proper(student, V, m, seed):
    """Tables to begin with are positive distributions; they follow the generator's state; no two classes are alike."""
    first, second = tables(student.init_params(V, m, seed), V, m)
    for table, what in ((first, "p_z_given_x"), (second, "p_x_given_z")):
        assert_distribution(table, what=what)
        assert_that(bool((table > 0).all()), f"{what} has an entry that is not positive")
    again, same = tables(student.init_params(V, m, seed), V, m)
    assert_close(again, first, what="p_z_given_x from the same state of the generator")
    assert_close(same, second, what="p_x_given_z from the same state of the generator")
    other, _ = tables(student.init_params(V, m, seed + 1), V, m)
    assert_that(bool((np.abs(other - first) > 1e-9).any()), "another state of the generator gives the same tables")
    columns = np.vstack([first, second.T])  # (2 V + 1, m)
    gaps = np.abs(columns[:, :, None] - columns[:, None, :]).max(axis=0) + np.eye(m)
    assert_that(bool((gaps > 1e-9).all()), "two classes begin exactly alike, so that EM can never tell them apart")


def tables(pair, V, m):
    """Both tables as arrays of their shapes."""
    first, second = as_tuple(pair, 2, "the result")
    return as_array(first, (V + 1, m), "p_z_given_x"), as_array(second, (m, V), "p_x_given_z")


def assert_rises(trace):
    """No value of the trace is below the one before."""
    fall = np.diff(trace) + 1e-9 * np.maximum(1, np.abs(trace[1:]))
    assert_that(bool((fall >= 0).all()), "the log-likelihood falls in an iteration")
