"""Part 6a: log p(x) and the posterior of finitely many latent values, from logarithms."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_scalar, assert_close, assert_rejects, fresh_seeds, rng_of, rounded
from tests.properties.cmu10707_hw5.draw_discrete import tables

PRIOR, LIKELIHOOD = np.log([0.25, 0.5, 0.25]), np.log([0.5, 0.125, 0.25])


def test_worked_example(student):
    """Three latent values come out right."""
    assert_close(student.log_marginal(PRIOR, LIKELIHOOD), np.log(0.25), what="log p(x)")
    assert_close(student.posterior(PRIOR, LIKELIHOOD), np.array([0.5, 0.25, 0.25]), what="p(z | x)")


@settings(max_examples=30)
@given(S=st.integers(1, 12), seed=fresh_seeds())
def test_values_match_reference(student, reference, S, seed):
    """log p(x) and p(z | x) agree with the reference."""
    rng = rng_of(seed)
    compare(student, reference, logs(rng, S), rounded(rng.normal(-4, 3, S)))


@settings(max_examples=20)
@given(S=st.integers(2, 8), depth=st.sampled_from([1e3, 1e5]), high=st.booleans(), seed=fresh_seeds())
def test_survives_extreme_logarithms(student, reference, S, depth, high, seed):
    """Logarithms down to -1e5 (densities also up to 1e3) and impossible values lose nothing."""
    rng = rng_of(seed)
    prior, likelihood = logs(rng, S), rounded(rng.normal(0, 3, S)) + (1e3 if high else -depth)
    if not high:
        prior, likelihood = likelihood, prior
    likelihood[rng.integers(S)] = -np.inf
    compare(student, reference, prior, likelihood)


@settings(max_examples=15)
@given(S=st.integers(2, 8), c=st.sampled_from([-700.0, -3.5, 20.0]), seed=fresh_seeds())
def test_constants_move_through(student, S, c, seed):
    """Adding c to the log likelihood adds c to log p(x) and leaves the posterior as it is."""
    rng = rng_of(seed)
    prior, likelihood = logs(rng, S), rounded(rng.normal(-4, 3, S))
    before = as_scalar(student.log_marginal(prior, likelihood), "log p(x)")
    assert_close(student.log_marginal(prior, likelihood + c), before + c, what="log p(x) with a constant")
    right = np.exp(prior + likelihood - before)
    for moved in (likelihood, likelihood + c):
        assert_close(student.posterior(prior, moved), right, what="p(z | x)")


def test_the_impossible(student):
    """Where no latent value is possible log p(x) is -inf, and there is no posterior; bad input raises ValueError."""
    never = np.full(3, -np.inf)
    assert_close(student.log_marginal(PRIOR, never), -np.inf, what="log p(x)")
    assert_rejects(student.posterior, PRIOR, never, because="p(x) is 0")
    apart = np.array([-1.0, -np.inf, -np.inf]), np.array([-np.inf, -1.0, -2.0])
    assert_close(student.log_marginal(*apart), -np.inf, what="log p(x)")
    assert_rejects(student.posterior, *apart, because="p(x) is 0")
    for function in (student.log_marginal, student.posterior):
        assert_rejects(function, PRIOR, LIKELIHOOD[:1], because="log_lik is too short")
        assert_rejects(function, PRIOR[:1], LIKELIHOOD, because="log_prior is too short")
        assert_rejects(function, PRIOR[None], LIKELIHOOD[None], because="the logarithms have two axes")
        assert_rejects(function, PRIOR * np.array([1, np.nan, 1]), LIKELIHOOD, because="log_prior has an entry NaN")
        assert_rejects(function, PRIOR, LIKELIHOOD * np.array([1, np.nan, 1]), because="log_lik has an entry NaN")


def logs(rng, S):
    """A log prior on a grid."""
    return rounded(np.log(tables(rng, (S,), 1.0)))


def compare(student, reference, prior, likelihood):
    """Both functions agree with the reference."""
    assert_close(student.log_marginal(prior, likelihood), reference.log_marginal(prior, likelihood), what="log p(x)")
    assert_close(student.posterior(prior, likelihood), reference.posterior(prior, likelihood), what="p(z | x)")
