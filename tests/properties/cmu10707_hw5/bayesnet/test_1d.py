"""Part 1d: two tables along a directed cycle whose product does not sum to one, and the sum itself."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_array, as_tuple, assert_close, assert_distribution, assert_that, fresh_seeds, rng_of
from tests.properties.cmu10707_hw5.draw_discrete import tables


@settings(max_examples=15)
@given(a=st.integers(1, 4), b=st.integers(1, 4), seed=fresh_seeds())
def test_mass_matches_reference(student, reference, a, b, seed):
    """The mass of a cycle agrees with the reference, also for variables with different numbers of values."""
    rng = rng_of(seed)
    pair = tables(rng, (b, a)).T, tables(rng, (a, b)).T  # columns are distributions
    assert_close(student.cycle_mass(*pair), reference.cycle_mass(*pair), what="the mass of the cycle")


def test_the_example_is_no_distribution(student):
    """Both tables of the example are conditional distributions, and their mass is at least 0.1 away from 1."""
    first, second = as_tuple(student.improper_cycle(), 2, "the example")
    first, second = as_array(first, (2, 2), "pa_given_b"), as_array(second, (2, 2), "pb_given_a")
    assert_distribution(first.T, what="pa_given_b, column by column")
    assert_distribution(second.T, what="pb_given_a, column by column")
    mass = float((first * second.T).sum())
    assert_that(abs(mass - 1) >= 0.1, "the mass of the cycle is too close to 1", got=f"{mass:.4g}")


def test_worked_example(student):
    """Two copies have the mass 2, a copy and a negation 0."""
    copy, flip = np.eye(2), np.eye(2)[::-1]
    assert_close(student.cycle_mass(copy, copy), 2.0, what="the mass of two copies")
    assert_close(student.cycle_mass(copy, flip), 0.0, what="the mass of a copy and a negation")
