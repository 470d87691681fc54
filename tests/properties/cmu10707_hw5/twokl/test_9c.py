"""Part 9c: where the divergence is infinite, and what that allows q's support to be."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import EXACT, assert_close, assert_rejects, fresh_seeds, rng_of
from tests.properties.cmu10707_hw5.draw_discrete import tables


@settings(max_examples=40)
@given(k=st.integers(1, 7), zeros=st.integers(0, 2), seed=fresh_seeds())
def test_divergence_matches_reference(student, reference, k, zeros, seed):
    """KL(p || q) agrees with the reference, +inf included, whichever of the two has zeros."""
    rng = rng_of(seed)
    p, q = (with_zeros(rng, k, z) for z in (zeros, 2 - zeros))
    for pair in ((p, q), (q, p), (p, p)):
        assert_close(student.kl(*pair), reference.kl(*pair), what="the divergence")


@settings(max_examples=15)
@given(k=st.integers(2, 7), seed=fresh_seeds())
def test_supports_match_reference(student, reference, k, seed):
    """In both directions the support is where p has probability; another direction raises ValueError."""
    p = with_zeros(rng_of(seed), k, 1)
    for direction in ("reverse", "forward"):
        right = np.asarray(reference.allowed_support(p, direction), dtype=float)
        assert_close(student.allowed_support(p, direction), right, what="the support", tol=EXACT)
    assert_rejects(student.allowed_support, p, "both", because="the direction is neither reverse nor forward")


def test_rejects_bad_input(student):
    """What is no distribution raises ValueError."""
    p, q = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    assert_rejects(student.kl, p, np.array([0.25, 0.25, 0.5]), because="q is too long")
    assert_rejects(student.kl, np.array([-0.5, 1.5]), q, because="p has a negative entry")
    assert_rejects(student.kl, p, np.array([-0.5, 1.5]), because="q has a negative entry")
    assert_rejects(student.kl, np.array([np.nan, 0.5]), q, because="p has an entry NaN")
    assert_rejects(student.kl, p, np.array([np.nan, 0.5]), because="q has an entry NaN")
    assert_rejects(student.kl, p + 0.25, q, because="p sums to 1.5")
    assert_rejects(student.kl, p / 2, q, because="p sums to 0.5")
    assert_rejects(student.kl, p, q + 1e-8, because="q sums to 1 + 2e-8")


def test_worked_example(student):
    """A certain p has log 4 against a quarter, and +inf the other way round."""
    p, q = np.array([1.0, 0.0]), np.array([0.25, 0.75])
    assert_close(student.kl(p, q), np.log(4), what="KL(p || q)")
    assert_close(student.kl(q, p), np.inf, what="KL(q || p)")


def with_zeros(rng, k, zeros):
    """A distribution with up to so many zeros."""
    zeros = min(zeros, k - 1)
    return np.concatenate([tables(rng, (k - zeros,), 1.0), np.zeros(zeros)])[rng.permutation(k)]
