"""Part 4, code: the best Gaussian q(z | x) of a linear Gaussian model under a weight beta on the divergence."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_array, as_tuple, assert_close, assert_rejects, assert_that
from tests.properties.dl2024_hw4.draw_witness import linear

BETAS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


@settings(max_examples=40)
@given(task=linear())
def test_matches_reference(student, reference, task):
    """Mean and covariance agree with the reference."""
    mean, covariance = as_tuple(student.beta_posterior(*task), 2, "the result")
    right = reference.beta_posterior(*task)
    assert_close(mean, right[0], what="the mean")
    assert_close(covariance, right[1], what="the covariance")


@settings(max_examples=6)
@given(task=linear())
def test_rejects_bad_input(student, task):
    """A beta or a variance that is not positive raises ValueError."""
    for bad in (0.0, -1.0):
        assert_rejects(student.beta_posterior, *task._replace(beta=bad), because=f"beta is {bad:g}")
        assert_rejects(student.beta_posterior, *task._replace(s2=bad), because=f"s2 is {bad:g}")


@settings(max_examples=6)
@given(task=linear(max_d=2).filter(lambda t: t.W.shape[1] == 2))
def test_correlation_falls_with_beta(student, task):
    """With two codes a larger beta never makes them more correlated."""
    found = [abs(correlation(covariance(student, task, beta))) for beta in BETAS]
    assert_that(bool((np.diff(found) <= 1e-9).all()), "a larger beta makes the codes more correlated")


@settings(max_examples=6)
@given(task=linear())
def test_divergence_falls_with_beta(student, task):
    """A larger beta never takes q further from the prior."""
    found = []
    for beta in BETAS:
        mean, _ = as_tuple(student.beta_posterior(*task._replace(beta=beta)), 2, "the result")
        mean, spread = as_array(mean, (task.W.shape[1],), "the mean"), covariance(student, task, beta)
        found.append(0.5 * (np.trace(spread) + mean @ mean - len(mean) - np.linalg.slogdet(spread)[1]))
    slack = 1e-9 * np.maximum(1, np.abs(found[:-1]))
    assert_that(bool((np.diff(found) <= slack).all()), "a larger beta takes q further from the prior")


def covariance(student, task, beta):
    """The covariance at another beta, which has positive determinants."""
    d = task.W.shape[1]
    _, found = as_tuple(student.beta_posterior(*task._replace(beta=beta)), 2, "the result")
    found = as_array(found, (d, d), "the covariance")
    assert_that(bool((np.linalg.eigvalsh((found + found.T) / 2) > 0).all()), "the covariance is not positive definite")
    return found


def correlation(matrix):
    """The correlation of two variables."""
    return matrix[0, 1] / np.sqrt(matrix[0, 0] * matrix[1, 1])
