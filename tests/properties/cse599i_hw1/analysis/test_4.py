"""Part 4: the lower bound of a mixture with identity covariances, and the weights and means that maximise it."""

import math

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_array, as_scalar, as_tuple, assert_close, assert_rejects, assert_that
from tests.properties.cse599i_hw1.draw_analysis import one_hot, soft

X = np.array([[0.0, 1.0], [2.0, -1.0], [1.0, 1.0]])
Q = np.array([[0.5, 0.5], [0.25, 0.75], [1.0, 0.0]])
PI, MU = np.array([0.5, 0.5]), np.array([[0.0, 1.0], [1.0, 0.0]])
FIRST = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]])  # the place that is spoiled


def test_worked_example_and_contract(student, reference):
    """Three points come out right, and posteriors that are none raise ValueError."""
    assert_close(student.gmm_elbo(X, Q, PI, MU), reference.gmm_elbo(X, Q, PI, MU), what="the bound")
    weights, means = step(student, X, Q)
    right_weights, right_means = reference.gmm_m_step(X, Q)
    assert_close(weights, right_weights, what="pi")
    assert_close(means, right_means, what="mu")
    allowed = Q + 5e-9 * FIRST
    found = student.gmm_elbo(X, allowed, PI, MU)
    assert_close(found, reference.gmm_elbo(X, allowed, PI, MU), what="the bound where a row sums to 1 + 5e-9")
    for bad, because in (
        (Q * 0.5, "the rows of q sum to a half"),
        (Q - 0.25 * FIRST, "the first row of q sums to three quarters"),
        (Q + 5e-8 * FIRST, "the first row of q sums to 1 + 5e-8"),
        (Q + np.array([[0.75, -0.75], [0.0, 0.0], [0.0, 0.0]]), "q has a negative entry"),
        (Q[:2], "q has a row too few"),
    ):
        assert_rejects(student.gmm_m_step, X, bad, because=because)
        assert_rejects(student.gmm_elbo, X, bad, PI, MU, because=because)
    assert_rejects(student.gmm_elbo, X, Q, np.array([0.5, 0.25, 0.25]), MU, because="pi has an entry too many")
    assert_rejects(student.gmm_elbo, X, Q, np.ones(1), MU, because="pi has one entry for all components")
    assert_rejects(student.gmm_elbo, X, Q, PI, MU[:, :1], because="mu has a column too few")


@settings(max_examples=40)
@given(case=soft())
def test_m_step_matches_reference(student, reference, case):
    """Weights and means agree with the reference."""
    weights, means = step(student, case.X, case.q)
    right_weights, right_means = reference.gmm_m_step(case.X, case.q)
    assert_close(weights, right_weights, what="pi")
    assert_close(means, right_means, what="mu")


@settings(max_examples=40)
@given(case=soft(zeros=True))
def test_bound_matches_reference(student, reference, case):
    """The bound agrees with the reference, zeros among the posteriors included, and -inf where pi is 0 and q is not."""
    assert_close(student.gmm_elbo(*case), reference.gmm_elbo(*case), what="the bound")
    if len(case.pi) > 1:
        without = np.append(case.pi[1:-1], [case.pi[0] + case.pi[-1], 0.0])
        found = student.gmm_elbo(case.X, case.q, without, case.mu)
        assert_close(found, -math.inf, what="the bound without a component")


@settings(max_examples=20)
@given(case=soft())
def test_gap_to_the_maximum_is_exact(student, case):
    """The bound falls from your maximum to other parameters by a divergence and a weighted squared distance."""
    X, q, pi, mu = case
    best_pi, best_mu = step(student, X, q)
    top = as_scalar(student.gmm_elbo(X, q, best_pi, best_mu), "the bound")
    here = as_scalar(student.gmm_elbo(X, q, pi, mu), "the bound")
    assert_that(bool((best_pi > 0).all()), "a weight is not positive")
    gap = (best_pi * np.log(best_pi / pi)).sum() + (best_pi * ((best_mu - mu) ** 2).sum(axis=1)).sum() / 2
    assert_close(top - here, gap, what="the gap")


@settings(max_examples=12)
@given(case=one_hot())
def test_classes_have_their_own_means(student, case):
    """With a posterior of 1 for one class each, weights are frequencies and means are class means."""
    X, labels, K = case
    weights, means = step(student, X, np.eye(K)[labels])
    assert_close(weights, np.bincount(labels, minlength=K) / len(labels), what="pi")
    assert_close(means, np.stack([X[labels == k].mean(axis=0) for k in range(K)]), what="mu")


@settings(max_examples=8)
@given(case=soft())
def test_unused_component_is_refused(student, case):
    """A component without weight anywhere has no mean: ValueError."""
    q = np.column_stack([case.q, np.zeros(len(case.q))])
    assert_rejects(student.gmm_m_step, case.X, q, because="a column of q is 0 everywhere")


def step(student, X, q):
    """Weights (K,) and means (K, d) that the M step gives."""
    weights, means = as_tuple(student.gmm_m_step(X, q), 2, "the M step")
    return as_array(weights, q.shape[1:], "pi"), as_array(means, (q.shape[1], X.shape[1]), "mu")
