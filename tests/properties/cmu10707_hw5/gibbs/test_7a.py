"""Part 7a: the lower bound H(q) + E_q log p(z, x) and the free energy, its negative."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_scalar, assert_close, assert_rejects, assert_that
from tests.properties.cmu10707_hw5.draw_tables import bounds, log_total

Q, LOG_JOINT = np.array([0.5, 0.25, 0.25]), np.log([0.125, 0.0625, 0.25])


def test_worked_example(student, reference):
    """Three latent values come out right; the free energy is minus the bound."""
    right = reference.elbo(Q, LOG_JOINT)
    assert_close(student.elbo(Q, LOG_JOINT), right, what="the bound")
    assert_close(student.free_energy(Q, LOG_JOINT), -right, what="the free energy")


@settings(max_examples=30)
@given(case=bounds())
def test_bound_matches_reference(student, reference, case):
    """The bound agrees with the reference, and the free energy with its negative."""
    right = reference.elbo(*case)
    assert_close(student.elbo(*case), right, what="the bound")
    assert_close(student.free_energy(*case), -right, what="the free energy")


@settings(max_examples=20)
@given(case=bounds(zeros=True))
def test_zeros_and_infinities(student, reference, case):
    """0 log 0 counts as 0, also where the joint is 0; probability where the joint has none gives -inf."""
    assert_close(student.elbo(*case), reference.elbo(*case), what="the bound")
    impossible = np.where(np.arange(len(case.q)) == np.argmax(case.q), -np.inf, case.log_joint)
    assert_close(student.elbo(case.q, impossible), -np.inf, what="the bound")


@settings(max_examples=20)
@given(case=bounds())
def test_stays_below_the_evidence(student, case):
    """No q has a bound above log p(x)."""
    evidence = log_total(case.log_joint)
    for q in (case.q, case.q[::-1], np.full(len(case.q), 1 / len(case.q))):
        found = as_scalar(student.elbo(q, case.log_joint), "the bound")
        assert_that(found <= evidence + 1e-9 * max(1, abs(evidence)), "the bound exceeds log p(x)")


def test_rejects_bad_input(student):
    """Distributions that are none and shapes that do not fit raise ValueError."""
    for function in (student.elbo, student.free_energy, student.gap):
        assert_rejects(function, Q[:2] * 4 / 3, LOG_JOINT, because="q is too short")
        assert_rejects(function, Q + 0.25, LOG_JOINT, because="q sums to 1.75")
        assert_rejects(function, Q + 1e-8, LOG_JOINT, because="q sums to 1 + 3e-8")
        assert_rejects(function, Q * 0.75, LOG_JOINT, because="q sums to 0.75")
        assert_rejects(function, np.array([-0.25, 1.0, 0.25]), LOG_JOINT, because="q has a negative entry")
        assert_rejects(function, np.array([np.nan, 0.5, 0.5]), LOG_JOINT, because="q has an entry NaN")
        assert_rejects(function, Q, np.where(Q == 0.5, np.nan, LOG_JOINT), because="the log joint has an entry NaN")
    assert_rejects(student.gap, Q, np.full(3, -np.inf), because="the joint is 0 everywhere")
