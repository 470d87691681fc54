"""Part 3: the expected log score of a distribution, its best value, and the estimate from observations."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_scalar, assert_close, assert_rejects, assert_that, rng_of, seeds
from tests.properties.cse599i_hw1.draw_analysis import pairs

P, PI = np.array([0.5, 0.25, 0.25, 0.0]), np.array([0.25, 0.25, 0.25, 0.25])
XS = np.array([2, 0, 2, 2, 1, 0])
OFF, ALLOWED = np.array([5e-8, 0, 0, 0]), np.array([5e-9, 0, 0, 0])  # of a sum: 1e-8 is the border


def test_worked_example_and_contract(student, reference):
    """A small example comes out right, and what is no distribution or no observation raises ValueError."""
    assert_close(student.expected_log_score(P, PI), reference.expected_log_score(P, PI), what="the score")
    assert_close(student.score_gap(P, PI), reference.score_gap(P, PI), what="the gap")
    assert_close(student.discrete_mle(XS, 4), reference.discrete_mle(XS, 4), what="the estimate")
    rounded_off = reference.expected_log_score(P + ALLOWED, PI)
    assert_close(student.expected_log_score(P + ALLOWED, PI), rounded_off, what="the score where p sums to 1 + 5e-9")
    for function in (student.expected_log_score, student.score_gap):
        assert_rejects(function, P * 0.5, PI, because="p sums to a half")
        assert_rejects(function, P + OFF, PI, because="p sums to 1 + 5e-8")
        assert_rejects(function, P, PI * 0.5, because="pi sums to a half")
        assert_rejects(function, P - np.array([0.0, 0.5, -0.5, 0.0]), PI, because="p has a negative entry")
        assert_rejects(function, P, PI[:3] * 4 / 3, because="the lengths differ")
    assert_rejects(student.discrete_mle, XS[:0], 4, because="there is no observation")
    assert_rejects(student.discrete_mle, XS, 2, because="an observation is n")
    assert_rejects(student.discrete_mle, -XS, 4, because="an observation is negative")


@settings(max_examples=40)
@given(pair=pairs())
def test_values_match_reference(student, reference, pair):
    """Score and gap agree with the reference where nothing is 0."""
    assert_close(student.expected_log_score(*pair), reference.expected_log_score(*pair), what="the score")
    assert_close(student.score_gap(*pair), reference.score_gap(*pair), what="the gap")


@settings(max_examples=20)
@given(pair=pairs(min_n=2))
def test_the_best_is_p_itself(student, pair):
    """The gap is positive, and 0 when pi is p."""
    p, pi = pair
    assert_close(student.score_gap(p, p), 0.0, what="the gap of p itself")
    if (p != pi).any():
        assert_that(
            as_scalar(student.score_gap(p, pi), "the gap") > 0, "the gap of another distribution is not positive"
        )
        total = as_scalar(student.expected_log_score(p, pi), "the score") + as_scalar(
            student.score_gap(p, pi), "the gap"
        )
        assert_close(total, as_scalar(student.expected_log_score(p, p), "the score"), what="score and gap together")


@settings(max_examples=30)
@given(pair=pairs(zeros=True))
def test_zeros_and_infinities(student, reference, pair):
    """Outcomes of probability 0 under p count nothing; under pi alone they make the score -inf and the gap +inf."""
    assert_close(student.expected_log_score(*pair), reference.expected_log_score(*pair), what="the score")
    assert_close(student.score_gap(*pair), reference.score_gap(*pair), what="the gap")
    never = (np.array([0.5, 0.5, 0.0]), np.array([0.5, 0.0, 0.5]))
    assert_close(student.expected_log_score(*never), -math.inf, what="the score of the impossible")
    assert_close(student.score_gap(*never), math.inf, what="the gap of the impossible")


@settings(max_examples=20)
@given(n=st.integers(1, 9), N=st.integers(1, 60), seed=seeds())
def test_estimate_matches_reference(student, reference, n, N, seed):
    """The estimate is made of frequencies, some of them 0."""
    xs = rng_of(seed).integers(0, max(1, n - 1), N)
    assert_close(student.discrete_mle(xs, n), reference.discrete_mle(xs, n), what="the estimate")
