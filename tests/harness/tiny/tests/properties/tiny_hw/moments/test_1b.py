"""Part 1b: the standardized sample, shape (n,)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import assert_close, rng_of, rounded, seeds


@settings(max_examples=8)
@given(n=st.integers(2, 10), seed=seeds())
def test_matches_reference(student, reference, n, seed):
    """Every entry agrees with the reference."""
    x = rounded(rng_of(seed).standard_normal(n) + 3)
    assert_close(student.standardize(x), reference.standardize(x), what="z")
