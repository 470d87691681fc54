"""Part 12c: two estimators of the gradient of E f(z), one value a sample, (S, 2, d)."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_array, assert_close, fresh_seeds, rng_of, rounded

NAMES = ("square", "sine")


@settings(max_examples=20)
@given(name=st.sampled_from(NAMES), d=st.integers(1, 4), seed=fresh_seeds())
def test_scores_match_reference(student, reference, name, d, seed):
    """The score estimate of every sample agrees with the reference."""
    call = (name, *instance(seed, d))
    assert_close(student.score_grads(*call), reference.score_grads(*call), what="the score estimates")


@settings(max_examples=20)
@given(name=st.sampled_from(NAMES), d=st.integers(1, 4), seed=fresh_seeds())
def test_reparameterised_match_reference(student, reference, name, d, seed):
    """The reparameterised estimate of every sample agrees with the reference."""
    call = (name, *instance(seed, d))
    assert_close(student.reparam_grads(*call), reference.reparam_grads(*call), what="the reparameterised estimates")


@settings(max_examples=10)
@given(name=st.sampled_from(NAMES), seed=fresh_seeds())
def test_both_have_the_right_mean(student, name, seed):
    """Averaged by a quadrature of 60 nodes, both estimators give the exact gradient of E f(z)."""
    a, mu, log_sigma, _ = instance(seed, 1)
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    spread = np.exp(2 * log_sigma)
    if name == "square":
        right = np.array([2 * mu, 2 * spread])
    else:
        damped = np.exp(-(a**2) * spread / 2)
        right = np.array([a * np.cos(a * mu) * damped, -(a**2) * spread * np.sin(a * mu) * damped])
    for estimator, what in ((student.score_grads, "score"), (student.reparam_grads, "reparameterised")):
        found = as_array(estimator(name, a, mu, log_sigma, nodes[:, None]), (60, 2, 1), f"the {what} estimates")
        mean = (found * weights[:, None, None]).sum(axis=0) / weights.sum()
        assert_close(mean, right, what=f"the mean of the {what} estimates")


@settings(max_examples=12)
@given(d=st.integers(1, 3), seed=fresh_seeds())
def test_parameters_of_f_count(student, reference, d, seed):
    """Where f itself depends on the parameters its gradient at a fixed z is added, in both estimators."""
    call = ("tilted", *instance(seed, d))
    assert_close(student.score_grads(*call), reference.score_grads(*call), what="the score estimates")
    assert_close(student.reparam_grads(*call), reference.reparam_grads(*call), what="the reparameterised estimates")


def test_worked_example(student):
    """For z^2 at mu = 1, sigma = 2 and noise 0.5, which gives z = 2."""
    call = ("square", np.ones(1), np.array([1.0]), np.log([2.0]), np.array([[0.5]]))
    assert_close(student.score_grads(*call), np.array([[[1.0], [-3.0]]]), what="the score estimates")
    assert_close(student.reparam_grads(*call), np.array([[[4.0], [4.0]]]), what="the reparameterised estimates")


def instance(seed, d, S=6):
    """a, mu, log_sigma and noise."""
    rng = rng_of(seed)
    a, mu = rounded(rng.uniform(0.5, 1.5, d)), rounded(rng.standard_normal(d))
    return a, mu, rounded(rng.uniform(-0.7, 0.3, d)), rounded(rng.standard_normal((S, d)))
