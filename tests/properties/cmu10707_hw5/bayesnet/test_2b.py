"""Part 2b: independent draws of some variables, columns in the order of `keep`."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_integers, assert_close, assert_that, fresh_seeds, rng_of
from autograder.kit.multinomial import assert_law
from tests.properties.cmu10707_hw5.draw_discrete import cells, networks


@settings(max_examples=3)
@given(net=networks(4, 5, 100), kept=st.integers(2, 3), seed=fresh_seeds())
def test_draws_follow_the_marginal(student, reference, net, kept, seed):
    """20000 draws follow the marginal law of the kept variables, in their order."""
    keep = rng_of(seed).permutation(len(net.cpts))[:kept].tolist()
    p = np.asarray(reference.marginal(*net, keep))
    X = as_integers(student.marginal_sample(*net, keep, 20_000, seed), (20_000, kept), "the draws")
    assert_law(cells(X, list(p.shape)), p.ravel(), what="states of the kept variables")


def test_worked_example(student):
    """The columns of a certain network come in the order of `keep`; the same seed gives the same draws."""
    net = [(), (0,), (1,)], [np.array([0.5, 0.5]), np.eye(2)[::-1], np.eye(2)[::-1]]
    X = as_integers(student.marginal_sample(*net, [1, 0], 60, 5), (60, 2), "the draws")
    assert_that(bool((X.sum(axis=1) == 1).all()), "the first is not the negation of the second")
    assert_that(0 < X[:, 0].sum() < 60, "a variable has one value only")
    again = as_integers(student.marginal_sample(*net, [1, 0], 60, 5), (60, 2), "the draws")
    assert_close(again, X, what="the draws of the same seed")
