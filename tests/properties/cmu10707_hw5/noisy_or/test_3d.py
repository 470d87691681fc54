"""Part 3d: p(d_i = 1 | s) of every cause."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import assert_close, assert_rejects, fresh_seeds, rng_of
from tests.properties.cmu10707_hw5.draw_noisy_or import causes

W, S = np.array([[1.0, 0.0, 0.5], [0.25, 2.0, 0.0]]), np.array([1, 0, 1])


def test_worked_example(student, reference):
    """Two causes and three symptoms come out right."""
    found, right = (who.posterior_marginals(S, W, 0.25) for who in (student, reference))
    assert_close(found, right, what="p(d = 1 | s)")


@settings(max_examples=40)
@given(net=causes(max_nd=10), share=st.sampled_from([0.2, 0.5, 0.9]), seed=fresh_seeds())
def test_marginals_match_reference(student, reference, net, share, seed):
    """The posterior probabilities of the causes agree with the reference."""
    s = (rng_of(seed).random(net.W.shape[1]) < share) & (net.W > 0).any(axis=0)
    found, right = (who.posterior_marginals(s.astype(np.int64), *net) for who in (student, reference))
    assert_close(found, right, what="p(d = 1 | s)")


@settings(max_examples=10)
@given(net=causes(max_nd=6), seed=fresh_seeds())
def test_rejects_the_impossible(student, net, seed):
    """A symptom that is on although no cause has a weight there raises ValueError."""
    j = int(rng_of(seed).integers(net.W.shape[1]))
    W = np.where(np.arange(net.W.shape[1]) == j, 0.0, net.W)
    s = np.eye(net.W.shape[1], dtype=np.int64)[j]
    assert_rejects(student.posterior_marginals, s, W, net.rho, because="p(s) is 0")
