"""Part 3b: independent draws (D, S) of causes and symptoms."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_integers, as_tuple, assert_close, assert_that, fresh_seeds
from autograder.kit.multinomial import assert_law
from tests.properties.cmu10707_hw5.draw_noisy_or import numbers, sampled


@settings(max_examples=4)
@given(net=sampled(), seed=fresh_seeds())
def test_draws_follow_the_joint(student, reference, net, seed):
    """20000 draws of causes and symptoms follow their joint distribution."""
    p = np.asarray(reference.joint_law(*net))
    assert_law(numbers(np.hstack(sample(student, net, 20_000, seed))), p, what="joint states")


@settings(max_examples=2)
@given(net=sampled(), seed=fresh_seeds())
def test_the_generator_decides(student, net, seed):
    """The same state of the generator gives the same draws, another state other ones."""
    first, again, other = (np.hstack(sample(student, net, 200, s)) for s in (seed, seed, seed ^ 1))
    assert_close(again, first, what="the draws of the same seed")
    assert_that(bool((first != other).any()), "two seeds give the same draws")


def test_worked_example(student):
    """With weights of 0 and 50 the symptoms copy their causes."""
    W = np.array([[50.0, 0.0], [0.0, 50.0]])
    D, S = as_tuple(student.sample(W, 0.5, 100, 5), 2, "the result")
    D, S = as_integers(D, (100, 2), "D"), as_integers(S, (100, 2), "S")
    assert_close(S, D, what="S")
    assert_that(0 < D.sum() < 200, "all causes are alike")


def sample(student, net, n, seed):
    """Draws of causes and symptoms."""
    D, S = as_tuple(student.sample(*net, n, seed), 2, "the result")
    return as_integers(D, (n, len(net.W)), "D"), as_integers(S, (n, net.W.shape[1]), "S")
