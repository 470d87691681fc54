"""Part 1: groups by the nearer centre, and their means."""

from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_integers, assert_close, assert_that, rng_of, rounded, seeds


@settings(max_examples=5)
@given(n=st.integers(2, 8), seed=seeds())
def test_assigns_the_nearer_centre(student, reference, n, seed):
    """Every point goes to the centre that is nearer."""
    x = rounded(rng_of(seed).standard_normal((n, 2)))
    labels = as_integers(student.assign(x, x[:2]), (n,), "labels")
    assert_that((labels == reference.assign(x, x[:2])).all(), "a point is in the wrong group")


@settings(max_examples=5)
@given(n=st.integers(2, 8), seed=seeds())
def test_centres_are_means(student, reference, n, seed):
    """A centre is the mean of its group."""
    x = rounded(rng_of(seed).standard_normal((n, 2)))
    labels = reference.assign(x, x[:2])
    assert_close(student.centres(x, labels, 2), reference.centres(x, labels, 2), what="centres")
