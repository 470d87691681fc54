"""Part 2a, code: the objective of semi-supervised EM and its lower bound, both numbers."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_scalar, assert_close, assert_rejects, assert_that
from tests.properties.cs229_ps3.draw_em import bounds, far_mixtures, labelled_points

SLACK = 1e-9  # relative: along 1000 EM steps the objective never fell by more than rounding


@given(case=bounds())
def test_objective_matches_reference(student, reference, case):
    """The objective agrees with the reference."""
    assert_close(student.objective(*case.objective), reference.objective(*case.objective), what="objective")


@given(case=bounds())
def test_lower_bound_matches_reference(student, reference, case):
    """The lower bound agrees with the reference, also where Q has zeros."""
    assert_close(student.lower_bound(*case), reference.lower_bound(*case), what="lower_bound")


@settings(max_examples=12)
@given(case=bounds(far_mixtures()))
def test_survives_far_points(student, reference, case):
    """Points whose densities underflow, labelled ones among them, still give the right objective and bound."""
    assert_close(student.objective(*case.objective), reference.objective(*case.objective), what="objective")
    assert_close(student.lower_bound(*case), reference.lower_bound(*case), what="lower_bound")


@settings(max_examples=3)
@given(case=bounds().filter(lambda case: len(case.z_tilde) > 1 and case.alpha > 0))
def test_rejects_bad_input(student, case):
    """Shapes that do not fit, NaN, what is no distribution, unknown labels and a negative alpha raise ValueError."""
    Q, x, phi, mu, sigma, x_tilde, z_tilde, alpha = case
    k = len(phi)
    as_scalar(student.objective(*case.objective), "objective")
    as_scalar(student.lower_bound(*case), "lower_bound")
    both = [
        (case._replace(x=x * np.nan), "x is NaN"),
        (case._replace(x_tilde=np.full_like(x_tilde, np.inf)), "x_tilde is infinite"),
        (case._replace(x=x[:, 0]), "x has one axis"),
        (case._replace(x=np.column_stack([x, x])), "x has more columns than mu"),
        (case._replace(mu=np.concatenate([mu, mu[:1]])), "mu has more rows than phi has entries"),
        (case._replace(sigma=sigma[:, 0]), "sigma holds no matrices"),
        (case._replace(x_tilde=np.column_stack([x_tilde, x_tilde])), "x_tilde has more columns than x"),
        (case._replace(z_tilde=z_tilde[1:]), "a labelled point has no label"),
        (case._replace(z_tilde=z_tilde + k), "a label is k or more"),
        (case._replace(z_tilde=z_tilde - k), "a label is negative"),
        (case._replace(z_tilde=z_tilde + 0.5), "a label is no whole number"),
        (case._replace(phi=phi + 0.25), "phi sums to more than 1"),
        (case._replace(phi=phi / 2), "phi sums to less than 1"),
        (case._replace(alpha=-alpha), "alpha is negative"),
    ]
    for bad, because in both:
        assert_rejects(student.objective, *bad.objective, because=because)
        assert_rejects(student.lower_bound, *bad, because=because)
    only_bound = [
        (Q * np.nan, "Q is NaN"),
        (Q + 0.25, "the rows of Q sum to more than 1"),
        (np.concatenate([Q[:-1], Q[-1:] / 2]), "the last row of Q sums to less than 1"),
        (np.concatenate([Q, Q[:1]]), "Q has more rows than x"),
        (np.column_stack([Q, np.zeros(len(Q))]), "Q has more columns than phi has entries"),
        (Q[:, 0], "Q has one axis"),
    ]
    for bad_Q, because in only_bound:
        assert_rejects(student.lower_bound, *case._replace(Q=bad_Q), because=because)
    lopsided = np.column_stack([np.zeros((len(Q), k - 1)), np.full(len(Q), 1.5), np.full(len(Q), -0.5)])
    wider = case._replace(
        Q=lopsided,
        phi=np.append(phi[:-1], (phi[-1] / 2, phi[-1] / 2)),
        mu=np.concatenate([mu, mu[-1:]]),
        sigma=np.concatenate([sigma, sigma[-1:]]),
    )
    assert_rejects(student.lower_bound, *wider, because="Q has a negative entry")
    negative = wider._replace(Q=np.eye(k + 1)[np.zeros(len(Q), int)], phi=np.append(phi[:-1], (phi[-1] + 0.5, -0.5)))
    assert_rejects(student.objective, *negative.objective, because="phi has a negative entry")
    assert_rejects(student.lower_bound, *negative, because="phi has a negative entry")


@settings(max_examples=8)
@given(case=bounds())
def test_bound_stays_below_the_objective(student, case):
    """For any Q the lower bound is at most the objective."""
    high = as_scalar(student.objective(*case.objective), "objective")
    low = as_scalar(student.lower_bound(*case), "lower_bound")
    assert_that(low <= high + SLACK * (1 + abs(high)), "the bound exceeds the objective", got=f"{low:.9g} > {high:.9g}")


@settings(max_examples=8)
@given(case=bounds())
def test_bound_touches_at_the_posterior(student, reference, case):
    """With the responsibilities of the E-step for Q, bound and objective are equal."""
    w = reference.e_step(*case[1:5])
    wanted = as_scalar(student.objective(*case.objective), "objective")
    assert_close(student.lower_bound(*case._replace(Q=w)), wanted, what="lower_bound at the posterior")


@settings(max_examples=8)
@given(case=labelled_points())
def test_an_iteration_never_lowers_the_objective(student, reference, case):
    """The objective after an E-step and an M-step is at least what it was before."""
    labelled = case[2:]
    old = reference.m_step(*case)
    new = reference.m_step(reference.e_step(case.x, *old), case.x, *labelled)
    before = as_scalar(student.objective(case.x, *old, *labelled), "objective")
    after = as_scalar(student.objective(case.x, *new, *labelled), "objective")
    fall = f"from {before:.9g} to {after:.9g}"
    assert_that(after >= before - SLACK * (1 + abs(before)), "an iteration of EM lowers the objective", got=fall)
