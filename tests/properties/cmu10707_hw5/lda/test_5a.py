"""Part 5a: the logarithm of the Dirichlet density."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import assert_close, assert_rejects, fresh_seeds, rng_of
from tests.properties.cmu10707_hw5.draw_discrete import tables
from tests.properties.cmu10707_hw5.draw_lda import concentrations

THETA, ALPHA = np.array([0.25, 0.5, 0.25]), np.array([2.0, 0.5, 1.0])


def test_worked_example(student, reference):
    """Three coordinates come out right; the uniform density on three is 2."""
    found, right = (who.dirichlet_logpdf(THETA, ALPHA) for who in (student, reference))
    assert_close(found, right, what="the log density")
    assert_close(student.dirichlet_logpdf(THETA, np.ones(3)), np.log(2), what="the log density for alpha = 1")


@settings(max_examples=40)
@given(k=st.integers(2, 8), seed=fresh_seeds())
def test_density_matches_reference(student, reference, k, seed):
    """The log density agrees with the reference for concentrations from 0.1 to 30."""
    rng = rng_of(seed)
    theta, alpha = tables(rng, (k,), 1.0), concentrations(rng, k)
    found, right = (who.dirichlet_logpdf(theta, alpha) for who in (student, reference))
    assert_close(found, right, what="the log density")


@settings(max_examples=20)
@given(k=st.integers(3, 6), kind=st.sampled_from([0, 1, -1]), seed=fresh_seeds())
def test_borders_of_the_simplex(student, reference, k, kind, seed):
    """Where theta has a 0 the log density is finite, -inf or +inf as alpha is 1, above or below there."""
    rng = rng_of(seed)
    theta, alpha = np.append(tables(rng, (k - 1,), 1.0), 0.0), concentrations(rng, k)
    alpha[-1] = 1 + kind * rounded_half(rng)
    place = int(rng.integers(k))
    theta[[place, k - 1]], alpha[[place, k - 1]] = theta[[k - 1, place]], alpha[[k - 1, place]]
    found, right = (who.dirichlet_logpdf(theta, alpha) for who in (student, reference))
    assert_close(found, right, what="the log density")


def test_rejects_bad_input(student):
    """Points off the simplex and concentrations that are not positive raise ValueError."""

    def refuse(because, theta=THETA, alpha=ALPHA):
        assert_rejects(student.dirichlet_logpdf, theta, alpha, because=because)

    refuse("theta sums to 1.25", theta=THETA + np.array([0.25, 0, 0]))
    refuse("theta sums to 1 - 3e-8", theta=THETA - np.array([3e-8, 0, 0]))
    refuse("theta has a negative entry", theta=np.array([-0.25, 1.0, 0.25]))
    refuse("theta has an entry NaN", theta=np.array([np.nan, 0.5, 0.5]))
    refuse("alpha has an entry 0", alpha=ALPHA * np.array([1, 0, 1]))
    refuse("alpha has a negative entry", alpha=ALPHA * np.array([1, 1, -1]))
    refuse("alpha has an entry NaN", alpha=ALPHA * np.array([1, np.nan, 1]))
    refuse("alpha is too short", alpha=ALPHA[:2])
    refuse("theta is too short", theta=np.array([0.5, 0.5]))
    refuse("theta and alpha have two axes", theta=THETA[None], alpha=ALPHA[None])


def rounded_half(rng):
    """A number between a quarter and a half on a coarse grid."""
    return float(rng.integers(4, 9)) / 16
