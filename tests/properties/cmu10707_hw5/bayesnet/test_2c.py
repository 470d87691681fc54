"""Part 2c: the exact law of some variables, axes in the order of `keep`."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import assert_close, fresh_seeds, rng_of
from tests.properties.cmu10707_hw5.draw_discrete import networks


@settings(max_examples=30)
@given(net=networks(2, 6, 300, zeros=True), kept=st.integers(1, 6), seed=fresh_seeds())
def test_marginal_matches_reference(student, reference, net, kept, seed):
    """The marginal table agrees with the reference, its axes in the order of `keep`."""
    keep = rng_of(seed).permutation(len(net.cpts))[:kept].tolist()
    assert_close(student.marginal(*net, keep), reference.marginal(*net, keep), what="the marginal")


def test_worked_example(student):
    """Of a chain of two, the child's marginal and the transposed joint are right."""
    net = [(), (0,)], [np.array([0.25, 0.75]), np.array([[0.5, 0.5], [0.0, 1.0]])]
    assert_close(student.marginal(*net, [1]), np.array([0.125, 0.875]), what="p(x1)")
    assert_close(student.marginal(*net, [1, 0]), np.array([[0.125, 0.0], [0.125, 0.75]]), what="p(x1, x0)")
