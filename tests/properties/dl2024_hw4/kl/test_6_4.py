"""Part 6.4, code: what forward KL asks to be maximised, exactly and by importance sampling."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_scalar, assert_close, assert_rejects, assert_that, fresh_seeds, rng_of, rounded
from tests.properties.dl2024_hw4.draw_em import distribution, generator, joints

JOINT, LOG_Q = np.log(np.array([0.125, 0.375])), np.log(np.array([0.5, 0.5]))


@st.composite
def tasks(draw, *, impossible=True):
    """log p(x, z) and log q(z | x) over the same z; either may have -inf."""
    log_joint = draw(joints(impossible=impossible))
    rng = generator(draw, "tasks", len(log_joint))
    q = distribution(rng, len(log_joint), zeros=impossible)
    with np.errstate(divide="ignore"):
        return log_joint, np.log(q)


@st.composite
def draws(draw, level=0.0):
    """log p(x, z_s), log proposal and log q at S draws; log weights of about `level` either way."""
    S = draw(st.integers(1, 30))
    rng = generator(draw, "draws", S)
    log_joint, log_prop, log_q = rounded(2 * rng.standard_normal((3, S)) - 2)
    return log_joint + level * rng.choice([-1.0, 1.0]), log_prop, log_q


def test_worked_example_and_contract(student):
    """Two values of z come out right in both forms, and a log_joint of -inf throughout raises ValueError."""
    right = np.log(0.5)
    assert_close(student.forward_kl_objective(JOINT, LOG_Q), right, what="the objective")
    found = student.forward_kl_objective(JOINT, np.log(np.array([0.25, 0.75])))
    assert_close(found, 0.25 * np.log(0.25) + 0.75 * np.log(0.75), what="the objective at the posterior")
    found = student.forward_kl_objective_snis(JOINT, LOG_Q, np.array([-1.0, -2.0]))
    assert_close(found, -1.75, what="the objective from two draws")
    assert_rejects(student.forward_kl_objective, np.full(2, -np.inf), LOG_Q, because="log_joint is -inf throughout")


@settings(max_examples=60)
@given(task=tasks())
def test_objective_matches_reference(student, reference, task):
    """The objective agrees with the reference, where p or q is 0 too."""
    found, right = student.forward_kl_objective(*task), reference.forward_kl_objective(*task)
    assert_close(found, right, what="the objective")


@settings(max_examples=30)
@given(task=tasks(impossible=False), shift=st.sampled_from((-900.0, -8.0, 3.0, 1200.0)))
def test_evidence_does_not_matter(student, reference, task, shift):
    """A constant added to log_joint, the unknown log p(x), leaves the objective as it is."""
    log_joint, log_q = task
    found, right = student.forward_kl_objective(log_joint + shift, log_q), reference.forward_kl_objective(*task)
    assert_close(found, right, what="the objective after adding a constant to log_joint")


@settings(max_examples=40)
@given(task=draws())
def test_snis_matches_reference(student, reference, task):
    """The estimate from draws of a proposal agrees with the reference."""
    found, right = student.forward_kl_objective_snis(*task), reference.forward_kl_objective_snis(*task)
    assert_close(found, right, what="the estimate")


@settings(max_examples=20)
@given(task=draws(level=800.0))
def test_snis_survives_extreme_weights(student, reference, task):
    """Weights of exp(800) and of exp(-800) lose no digits."""
    found, right = student.forward_kl_objective_snis(*task), reference.forward_kl_objective_snis(*task)
    assert_close(found, right, what="the estimate")


@settings(max_examples=20)
@given(log_joint=joints(impossible=False), seed=fresh_seeds())
def test_the_posterior_is_best(student, log_joint, seed):
    """No q has a larger objective than the posterior, whose objective is minus its entropy."""
    log_p = log_joint - log_joint.max()
    log_p -= np.log(np.exp(log_p).sum())
    best = student.forward_kl_objective(log_joint, log_p)
    assert_close(best, float((np.exp(log_p) * log_p).sum()), what="the objective at the posterior")
    sharper = 2 * log_p - np.log(np.exp(2 * log_p).sum())
    for other in (np.log(distribution(rng_of(seed), len(log_joint))), sharper):
        value = as_scalar(student.forward_kl_objective(log_joint, other), "the objective")
        most = as_scalar(best, "the objective") + 1e-9
        assert_that(value <= most, "another q has a larger objective than the posterior")
