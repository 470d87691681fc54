"""Part 4b: independent draws (Z, X) of components and points."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_array, as_integers, as_tuple, assert_close, assert_follows, assert_that, fresh_seeds
from autograder.kit.laws import gaussian_cdf
from autograder.kit.multinomial import assert_law
from tests.properties.cmu10707_hw5.draw_mixture import DIRECTIONS, slanted, whitened

DRAWS = 20_000


@settings(max_examples=3)
@given(m=slanted(), seed=fresh_seeds())
def test_components_follow_the_weights(student, m, seed):
    """The components of 20000 draws follow the weights."""
    Z, _ = sample(student, m, DRAWS, seed)
    assert_law(Z, m.phi, what="Z")


@settings(max_examples=3)
@given(m=slanted(), seed=fresh_seeds())
def test_points_follow_their_components(student, m, seed):
    """Each point is Gaussian with mean and covariance of its own component, in six directions."""
    Z, X = sample(student, m, DRAWS, seed)
    assert_that(bool(((Z >= 0) & (len(m.phi) > Z)).all()), "there is a component that does not exist")
    white = whitened(X, Z, m)
    for direction in DIRECTIONS:
        assert_follows(white @ direction, gaussian_cdf, what="X, brought to N(0, I) by its component")


@settings(max_examples=2)
@given(m=slanted(), seed=fresh_seeds())
def test_the_generator_decides(student, m, seed):
    """The same state of the generator gives the same draws, another state other ones."""
    first, again, other = (np.column_stack(sample(student, m, 200, s)) for s in (seed, seed, seed ^ 1))
    assert_close(again, first, what="the draws of the same seed")
    assert_that(bool((first != other).any()), "two seeds give the same draws")


def test_worked_example(student):
    """Two narrow components that are far apart are told apart by their points, both in about half of the draws."""
    mu, sigma = np.array([[-8.0], [8.0]]), np.array([[[0.25]], [[0.25]]])
    Z, X = as_tuple(student.sample(400, np.array([0.5, 0.5]), mu, sigma, 5), 2, "the result")
    Z, X = as_integers(Z, (400,), "Z"), as_array(X, (400, 1), "X")
    assert_close(Z, (X[:, 0] > 0).astype(float), what="Z")
    assert_that(120 < Z.sum() < 280, "the components do not come half and half", got=f"{Z.sum()} of 400")


def sample(student, m, n, seed):
    """Components (n,) and points (n, d)."""
    Z, X = as_tuple(student.sample(n, m.phi, m.mu, m.sigma, seed), 2, "the result")
    return as_integers(Z, (n,), "Z"), as_array(X, (n, m.mu.shape[1]), "X")
