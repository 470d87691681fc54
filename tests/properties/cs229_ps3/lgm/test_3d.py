"""Part 3d: log-likelihood, lower bound and its stochastic ascent; vectors qm, qr of shape (m, 1) or (m,)."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import (
    Tolerance,
    as_scalar,
    as_tuple,
    as_vector,
    assert_close,
    assert_covariance_distance,
    assert_mean,
    assert_that,
    assert_variance,
    fresh_seeds,
)
from tests.properties.cs229_ps3.draw_lgm import improbable, loadable, tasks

EXACT_SUM = Tolerance(1e-9, 1e-9, "nothing random is left, and few terms are added")
LOG_SPACE = Tolerance(0.0, 1e-6, "300 dimensions, condition numbers up to 1e5")
NEARLY_STILL = Tolerance(1e-6, 1e-6, "draws with standard deviation 2e-9 are left")
STILL = -20.0  # a log standard deviation that leaves next to no noise
CALLS, SAMPLES = 20, 2000
STEPS = 50


@given(case=loadable())
def test_log_likelihood_matches_reference(student, reference, case):
    """The log-likelihood agrees with the reference."""
    model, x = case
    assert_close(student.log_likelihood(*model, x), reference.log_likelihood(*model, x), what="the log-likelihood")


@settings(max_examples=6)
@given(case=improbable())
def test_log_likelihood_survives_tiny_densities(student, reference, case):
    """The log-likelihood stays right in 300 dimensions, where the density is 0 or infinite as a float."""
    model, x = case
    found = student.log_likelihood(*model, x)
    assert_close(found, reference.log_likelihood(*model, x), what="the log-likelihood", tol=LOG_SPACE)


@given(task=tasks(), num_samples=st.integers(1, 5))
def test_elbo_is_exact_when_nothing_is_random(student, reference, task, num_samples):
    """The lower bound is exact for every number of samples when W is zero, or when q has next to no spread."""
    (W, b, gamma), x, (qm, qr), _ = task
    for weights, spread, tol in ((np.zeros_like(W), qr, EXACT_SUM), (W, np.full_like(qr, STILL), NEARLY_STILL)):
        found = student.elbo(weights, b, gamma, x, qm, spread, num_samples, 1)
        assert_close(found, reference.exact_elbo(weights, b, gamma, x, qm, spread), what="the lower bound", tol=tol)


@settings(max_examples=6)
@given(seed=fresh_seeds())
def test_elbo_has_the_right_mean(student, reference, seed):
    """The lower bound's estimates average to its exact value over 20 calls of 2000 samples."""
    case = reference.elbo_instance(seed)
    values = bounds(student.elbo_many(*case, SAMPLES, CALLS, seed), CALLS)
    variance = reference.draw_variance(*case) / SAMPLES
    assert_mean(values, reference.exact_elbo(*case), variance, what="the lower bound")


@settings(max_examples=1)
@given(seed=fresh_seeds())
def test_elbo_averages_num_samples_draws(student, reference, seed):
    """The lower bound's estimates spread over 400 calls as averages of 64 draws do, at two levels of noise."""
    W, b, gamma, x, qm, qr = reference.elbo_instance(seed)
    for level in (gamma, 2 * gamma):
        case = (W, b, level, x, qm, qr)
        values = bounds(student.elbo_many(*case, 64, 400, seed), 400)
        assert_variance(values, reference.draw_variance(*case) / 64, what="the lower bound")


@given(task=tasks(), num_samples=st.integers(1, 5))
def test_sgvb_is_exact_when_nothing_is_random(student, reference, task, num_samples):
    """50 steps go where they must when W is zero, or when q has next to no spread; no step returns the start."""
    (W, b, gamma), x, (qm, qr), lr = task
    m = len(qm)
    start = student.sgvb(W, b, gamma, x, qm, qr, num_samples, 0, lr, 1)
    assert_pair(start, (qm, qr), m, EXACT_SUM)
    free = student.sgvb(np.zeros_like(W), b, gamma, x, qm, qr, num_samples, STEPS, lr, 2)
    assert_pair(free, reference.follow_without_weights(qm, qr, lr, STEPS), m, EXACT_SUM)
    still = np.full_like(qr, STILL)
    straight = student.sgvb(W, b, gamma, x, qm, still, num_samples, STEPS, lr, 3)
    assert_pair(straight, reference.follow_without_noise(W, b, gamma, x, qm, still, lr, STEPS), m, NEARLY_STILL)


@settings(max_examples=3)
@given(seed=fresh_seeds())
def test_sgvb_steps_along_the_mean_gradient(student, reference, seed):
    """One step is noisy with one sample, and with 2000 goes on average along the exact gradient in qm and qr."""
    case, lr = reference.step_instance(seed), 0.001
    mean, covariance = reference.step_mean(*case), reference.step_covariance(*case)
    single = taken(student.sgvb_many(*case, 1, 1, lr, 1, seed), 1, case, lr)[0]
    assert_that(
        bool((np.abs(single - mean) > 1e-6 * np.sqrt(np.diag(covariance))).any()),
        "the step of sgvb: it does not depend on any draw",
    )
    steps = taken(student.sgvb_many(*case, SAMPLES, 1, lr, CALLS, seed), CALLS, case, lr)
    assert_covariance_distance(steps, mean, covariance / SAMPLES, what="the step of sgvb")


def test_sgvb_experiment_reaches_the_optimum(student, reference):
    """The script's ascent, with 200 samples a step, ends where 1000 steps of 0.001 lead, on both of its models."""
    for number in (1, 2):
        W, b, gamma, x = reference.shipped(number)
        target = reference.experiment_target(number)
        zeros = np.zeros(W.shape[1])
        qm, qr = vectors(student.sgvb(W, b, gamma, x, zeros, zeros, 200, 1000, 0.001, number), len(zeros))
        with np.errstate(all="ignore"):  # a runaway result overflows, and fails below
            away = qm - target["mean"]
            ratio = np.diag(target["precision"]) * np.exp(2 * qr)  # variance over the best one
            reached = target["best"] - 0.5 * (away @ target["precision"] @ away + np.sum(ratio - 1 - np.log(ratio)))
        assert_that(
            bool(target["low"] <= reached <= target["best"] + 1e-9),
            f"model {number}: q ends too far from the optimum",
            got=f"exact lower bound {reached:.5g}",
            expected=f"at least {target['low']:.5g}",
        )


def bounds(values, calls):
    """The results of elbo_many as floats."""
    return [as_scalar(value, "the lower bound") for value in as_tuple(values, calls, "the list of results")]


def vectors(pair, m):
    """What sgvb returned, as two arrays (m,)."""
    qm, qr = as_tuple(pair, 2, "sgvb")
    return as_vector(qm, m, "qm"), as_vector(qr, m, "qr")


def taken(ends, calls, case, lr):
    """The steps (calls, 2 m), in units of lr, that lead from the case's qm, qr to what sgvb_many returned."""
    *_, qm, qr = case
    found = [np.concatenate(vectors(end, len(qm))) for end in as_tuple(ends, calls, "the list of results")]
    with np.errstate(over="ignore"):  # an infinite step fails like any other wrong one
        return (np.stack(found) - np.concatenate([qm, qr])) / lr


def assert_pair(pair, wanted, m, tol):
    """What sgvb returned agrees with the wanted (qm, qr)."""
    for name, found, right in zip(("qm", "qr"), vectors(pair, m), wanted, strict=True):
        assert_close(found, right, what=name, tol=tol)
