"""Part 2: the outer product (n, m), and a walk judged by its own steps."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_array, assert_close, assert_that, rng_of, rounded, seeds


@settings(max_examples=8)
@given(n=st.integers(1, 4), m=st.integers(1, 4), seed=seeds())
def test_outer_matches_reference(student, reference, n, m, seed):
    """The outer product agrees with the reference."""
    a, b = rounded(rng_of(seed).standard_normal(n)), rounded(rng_of(seed + 1).standard_normal(m))
    assert_close(student.outer(a, b), reference.outer(a, b), what="outer")


def test_walk_steps_follow_its_own_state(student, reference):
    """Every state is the reference's step from the state before."""
    states = as_array(student.walk(6), (6,), "states")
    for before, after in pairwise(states):
        assert_close(after, reference.step(float(before)), what="state")


def test_walk_starts_at_zero(student):
    """The walk starts at 0."""
    assert_that(as_array(student.walk(1), (1,), "states")[0] == 0, "the first state is not 0")
