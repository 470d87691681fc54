"""Part 2a: independent draws (n, K) of all variables of a network."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_integers, assert_close, assert_that, fresh_seeds
from autograder.kit.multinomial import assert_law
from tests.properties.cmu10707_hw5.draw_discrete import cells, networks, states

DRAWS = 20_000


@settings(max_examples=2)
@given(net=networks(5, 5, 64, shuffled=False), seed=fresh_seeds())
def test_draws_follow_the_joint(student, reference, net, seed):
    """20000 draws of a network that is numbered in topological order follow its joint distribution."""
    compare(student, reference, net, seed)


@settings(max_examples=3)
@given(net=networks(5, 5, 64, zeros=True), seed=fresh_seeds())
def test_any_numbering_will_do(student, reference, net, seed):
    """Draws follow the joint distribution when parents have higher numbers and tables hold zeros and ones."""
    compare(student, reference, net, seed)


@settings(max_examples=2)
@given(net=networks(4, 4), seed=fresh_seeds())
def test_the_generator_decides(student, net, seed):
    """The same state of the generator gives the same draws, another state other ones."""
    first, again, other = (sample(student, net, 200, s) for s in (seed, seed, seed ^ 1))
    assert_close(again, first, what="the draws of the same seed")
    assert_that(bool((first != other).any()), "two seeds give the same draws")


def test_worked_example(student):
    """A chain of copies draws the same value everywhere, and both values occur."""
    net = [(1,), (2,), ()], [np.eye(2), np.eye(2), np.array([0.5, 0.5])]
    X = as_integers(student.ancestral_sample(*net, 100, 5), (100, 3), "the draws")
    assert_that(bool((X[:, :1] == X).all()), "a copy differs from its parent")
    assert_that(0 < X[:, 2].sum() < 100, "the root has one value only")


def sample(student, net, n, seed):
    """Draws as integers (n, K)."""
    return as_integers(student.ancestral_sample(*net, n, seed), (n, len(net.cpts)), "the draws")


def compare(student, reference, net, seed):
    """S-KL over all joint states."""
    p = np.exp(reference.joint_log_prob(*net, states(net.card)))
    assert_law(cells(sample(student, net, DRAWS, seed), net.card), p, what="joint states")
