"""Part 12f: independent draws from the model, x (n, ...) and all layers."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_array, as_tuple, assert_close, assert_follows, assert_that, fresh_seeds
from autograder.kit.laws import gaussian_cdf
from tests.properties.cmu10707_hw5.draw_deep import generators

DIRECTIONS = np.array([[1, 0], [0, 1], [0.8, 0.6], [0.6, -0.8]])
DRAWS = 20_000


@settings(max_examples=2)
@given(dec=generators(), seed=fresh_seeds())
def test_points_follow_the_model(student, dec, seed):
    """The points of a linear model are Gaussian, with its mean and covariance, in four directions."""
    x, _, _ = sample(student, dec, DRAWS, seed)
    (B, A), (c, a), (s0, s1) = ([layer[name] for layer in dec] for name in ("W", "b", "c"))
    inner = A @ A.T + np.diag(np.exp(2 * s1))
    root = np.linalg.cholesky(B @ inner @ B.T + np.diag(np.exp(2 * s0)))
    white = np.linalg.solve(root, (x - (B @ a + c)).T).T
    for direction in DIRECTIONS:
        assert_follows(white @ direction, gaussian_cdf, what="x, brought to N(0, I)")


@settings(max_examples=2)
@given(dec=generators(), seed=fresh_seeds())
def test_the_generator_decides(student, dec, seed):
    """The same state of the generator gives the same draws, another state other ones; layers fit the points."""
    first, again, other = (np.hstack(sample(student, dec, 200, s)) for s in (seed, seed, seed ^ 1))
    assert_close(again, first, what="the draws of the same seed")
    assert_that(bool((first != other).any()), "two seeds give the same draws")


def test_worked_example(student):
    """With hardly any noise below, every layer is the image of the one above it."""
    dec = [{"W": np.eye(2) * s, "b": np.array([0.0, s]), "c": np.full(2, -20.0)} for s in (2.0, 3.0)]
    x, h1, h2 = sample(student, dec, 50, 5)
    assert_that(bool((np.abs(h1 - 3 * h2 - np.array([0, 3])) < 1e-6).all()), "h^1 does not come from h^2")
    assert_that(bool((np.abs(x - 2 * h1 - np.array([0, 2])) < 1e-6).all()), "x does not come from h^1")
    assert_that(bool((np.abs(h2) < 10).all() and h2.std() > 0.5), "h^2 is not standard normal")


def sample(student, dec, n, seed):
    """x, h^1 and h^2."""
    x, layers = as_tuple(student.generate(dec, n, 2, seed), 2, "the result")
    h1, h2 = as_tuple(layers, 2, "the layers")
    return as_array(x, (n, 2), "x"), as_array(h1, (n, 2), "h^1"), as_array(h2, (n, 2), "h^2")
