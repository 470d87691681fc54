"""Part 7d: the best of several distributions, and how far its bound is below log p(x)."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import EXACT, as_tuple, assert_close, fresh_seeds, rng_of, rounded
from tests.properties.cmu10707_hw5.draw_discrete import tables
from tests.properties.cmu10707_hw5.draw_tables import log_total


@settings(max_examples=30)
@given(M=st.integers(1, 12), S=st.integers(2, 8), seed=fresh_seeds())
def test_the_best_row_is_found(student, reference, M, S, seed):
    """The row with the largest bound comes back, with its distance to log p(x)."""
    rng = rng_of(seed)
    Qs, log_joint = tables(rng, (M, S), 1.0), rounded(rng.normal(-5, 3, S))
    compare(student, reference, Qs, log_joint)


@settings(max_examples=12)
@given(M=st.integers(2, 8), S=st.integers(2, 8), seed=fresh_seeds())
def test_the_posterior_has_no_gap(student, M, S, seed):
    """When the posterior is among the rows it is the best one, and its gap is 0."""
    rng = rng_of(seed)
    Qs, log_joint = tables(rng, (M, S), 1.0), rounded(rng.normal(-5, 3, S))
    place = int(rng.integers(M))
    Qs[place] = np.exp(log_joint - log_total(log_joint))
    index, lacking = as_tuple(student.best_in_family(Qs, log_joint), 2, "the result")
    assert_close(index, float(place), what="the index", tol=EXACT)
    assert_close(lacking, 0.0, what="the gap")


def test_worked_example(student, reference):
    """Of two distributions the one nearer to the posterior is the best."""
    compare(student, reference, np.array([[0.5, 0.5], [0.75, 0.25]]), np.log([0.5, 0.125]))


def compare(student, reference, Qs, log_joint):
    """Index and gap agree with the reference; rows that are equal count alike."""
    best, least = reference.best_in_family(Qs, log_joint)
    index, lacking = as_tuple(student.best_in_family(Qs, log_joint), 2, "the result")
    alike = np.flatnonzero((Qs == Qs[int(best)]).all(axis=1)).tolist()
    assert_close(index, float(index if index in alike else best), what="the index", tol=EXACT)
    assert_close(lacking, least, what="the gap")
