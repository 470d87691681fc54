"""Part 6.2, code: discrete divergences, the convexity gap, the log-sum inequality, and examples of equality."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import (
    as_array,
    as_scalar,
    as_tuple,
    assert_close,
    assert_distribution,
    assert_rejects,
    assert_that,
    fresh_seeds,
)
from tests.properties.dl2024_hw4.draw_kl import four, kl, positive, two

P, Q = np.array([0.5, 0.25, 0.25]), np.array([0.25, 0.25, 0.5])
LAMBDAS = (0.05, 0.25, 0.5, 0.75, 0.95)


def test_worked_example_and_contract(student):
    """Small examples come out right, and bad input raises ValueError."""
    assert_close(student.kl_discrete(P, Q), 0.25 * np.log(2), what="KL")
    assert_close(student.convexity_gap(0.5, P, Q, Q, P), 0.25 * np.log(2), what="the gap")
    assert_close(student.log_sum_slack(np.array([1.0, 3.0]), np.array([1.0, 1.0])), np.log(27 / 16), what="the slack")
    examples = as_tuple(student.equality_example(4, 7), 4, "the example")
    for name, p in zip(("p1", "p2", "q1", "q2"), examples, strict=True):
        assert_distribution(as_array(p, (4,), name), what=name)
    assert_rejects(student.kl_discrete, P, Q[:2] * 4 / 2, because="p and q have different lengths")
    assert_rejects(student.kl_discrete, P * 2, Q, because="p sums to 2")
    assert_rejects(student.kl_discrete, P, Q / 2, because="q sums to 1/2")
    assert_rejects(student.kl_discrete, P, np.array([1.25, -0.5, 0.25]), because="q has a negative entry")
    assert_rejects(student.convexity_gap, 1.25, P, Q, Q, P, because="lam is 1.25")
    assert_rejects(student.convexity_gap, -0.25, P, Q, Q, P, because="lam is -0.25")
    assert_rejects(student.convexity_gap, 0.5, P, Q, Q * 2, P, because="q1 sums to 2")


@settings(max_examples=40)
@given(pair=two(), inner=four())
def test_kl_matches_reference(student, reference, pair, inner):
    """KL agrees with the reference: 0 log 0 is 0, and it is infinite where q is 0 and p is not."""
    assert_close(student.kl_discrete(*pair), reference.kl_discrete(*pair), what="KL")
    assert_close(student.kl_discrete(*inner[:2]), reference.kl_discrete(*inner[:2]), what="KL of positive entries")


@settings(max_examples=60)
@given(lam=st.sampled_from(LAMBDAS), inner=four())
def test_gap_matches_reference(student, reference, lam, inner):
    """The gap agrees with the reference."""
    assert_close(student.convexity_gap(lam, *inner), reference.convexity_gap(lam, *inner), what="the gap")


@settings(max_examples=20)
@given(inner=four(), lam=st.sampled_from((0.0, 1.0)), inside=st.integers(1, 31))
def test_gap_vanishes_at_the_ends(student, inner, lam, inside):
    """At lam = 0 and lam = 1 there is no gap, and in between it is not negative."""
    assert_close(student.convexity_gap(lam, *inner), 0.0, what=f"the gap at lam = {lam:g}")
    value = as_scalar(student.convexity_gap(inside / 32, *inner), "the gap")
    assert_that(value >= -1e-9, "the gap is negative", got=f"{value:.6g}")


@settings(max_examples=40)
@given(pair=positive(), power=st.sampled_from((-6, -1, 3, 8)))
def test_slack_matches_reference(student, reference, pair, power):
    """The slack agrees with the reference, and scaling all numbers scales it."""
    a, b = pair
    right = reference.log_sum_slack(a, b)
    assert_close(student.log_sum_slack(a, b), right, what="the slack")
    again = student.log_sum_slack(a * 2.0**power, b * 2.0**power)
    assert_close(again, right * 2.0**power, what="the slack of scaled numbers")


@settings(max_examples=12)
@given(n=st.integers(3, 8), seed=fresh_seeds())
def test_equality_example_has_no_gap(student, n, seed):
    """The example has positive distributions, p1 unlike p2 and q1 unlike q2, and no gap at any of five lam."""
    found = as_tuple(student.equality_example(n, seed), 4, "the example")
    p1, p2, q1, q2 = (as_array(p, (n,), name) for p, name in zip(found, ("p1", "p2", "q1", "q2"), strict=True))
    for name, p in {"p1": p1, "p2": p2, "q1": q1, "q2": q2}.items():
        assert_distribution(p, what=name)
        assert_that(bool((p > 0).all()), f"{name} has an entry that is not positive")
    assert_that(bool(np.abs(p1 - p2).sum() >= 1e-3), "p1 and p2 are nearly the same")
    assert_that(bool(np.abs(q1 - q2).sum() >= 1e-3), "q1 and q2 are nearly the same")
    for lam in LAMBDAS:
        gap = lam * kl(p1, q1) + (1 - lam) * kl(p2, q2) - kl(lam * p1 + (1 - lam) * p2, lam * q1 + (1 - lam) * q2)
        assert_that(abs(gap) <= 1e-12, f"there is a gap at lam = {lam:g}", got=f"{gap:.3g}")
