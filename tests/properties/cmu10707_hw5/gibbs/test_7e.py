"""Part 7e: KL(q || p(z | x)), what the bound lacks of log p(x)."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import assert_close, fresh_seeds, rng_of, rounded
from tests.properties.cmu10707_hw5.draw_tables import bounds, log_total


@settings(max_examples=30)
@given(case=bounds())
def test_gap_matches_reference(student, reference, case):
    """The gap agrees with the reference."""
    assert_close(student.gap(*case), reference.gap(*case), what="the gap")


@settings(max_examples=15)
@given(S=st.integers(2, 8), shift=st.sampled_from([0.0, -2000.0]), seed=fresh_seeds())
def test_the_posterior_has_no_gap(student, S, shift, seed):
    """The gap of the posterior itself is 0, also where the joint is tiny."""
    log_joint = rounded(rng_of(seed).normal(-5, 3, S)) + shift
    assert_close(student.gap(np.exp(log_joint - log_total(log_joint)), log_joint), 0.0, what="the gap")


@settings(max_examples=20)
@given(case=bounds(zeros=True))
def test_borders_of_the_simplex(student, reference, case):
    """Vertices and distributions with zeros have the right gap; it is +inf where the joint has no probability."""
    vertex = np.eye(len(case.q))[np.argmax(case.q)]
    for q in (case.q, vertex):
        assert_close(student.gap(q, case.log_joint), reference.gap(q, case.log_joint), what="the gap")
    impossible = np.where(vertex == 1, -np.inf, np.where(np.isinf(case.log_joint), -1.0, case.log_joint))
    assert_close(student.gap(vertex, impossible), np.inf, what="the gap")


def test_worked_example(student):
    """A certain q has the gap -log p(z | x)."""
    assert_close(student.gap(np.array([1.0, 0.0]), np.log([0.125, 0.375])), np.log(4), what="the gap")
