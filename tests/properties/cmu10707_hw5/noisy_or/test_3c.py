"""Part 3c: log p(s), the causes summed out."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import assert_close, assert_rejects, fresh_seeds, rng_of
from tests.properties.cmu10707_hw5.draw_noisy_or import causes

W, S = np.array([[1.0, 0.0, 0.5], [0.25, 2.0, 0.0]]), np.array([1, 0, 1])


def test_worked_example(student, reference):
    """Two causes and three symptoms come out right."""
    assert_close(student.log_likelihood(S, W, 0.25), reference.log_likelihood(S, W, 0.25), what="log p(s)")


@settings(max_examples=40)
@given(net=causes(max_nd=10), share=st.sampled_from([0.2, 0.5, 0.9]), seed=fresh_seeds())
def test_evidence_matches_reference(student, reference, net, share, seed):
    """log p(s) agrees with the reference wherever s is possible."""
    s = (rng_of(seed).random(net.W.shape[1]) < share) & (net.W > 0).any(axis=0)
    found, right = (who.log_likelihood(s.astype(np.int64), *net) for who in (student, reference))
    assert_close(found, right, what="log p(s)")


@settings(max_examples=10)
@given(net=causes(max_nd=6), seed=fresh_seeds())
def test_the_impossible_has_minus_infinity(student, net, seed):
    """A symptom that is on although no cause has a weight there makes log p(s) -inf."""
    j = int(rng_of(seed).integers(net.W.shape[1]))
    W = np.where(np.arange(net.W.shape[1]) == j, 0.0, net.W)
    s = np.eye(net.W.shape[1], dtype=np.int64)[j]
    assert_close(student.log_likelihood(s, W, net.rho), -np.inf, what="log p(s)")


def test_rejects_bad_input(student):
    """Symptoms, weights and priors that are none raise ValueError."""

    def refuse(because, s=S, W=W, rho=0.25):
        assert_rejects(student.log_likelihood, s, W, rho, because=because)

    refuse("s is too short", s=S[:2])
    refuse("s is too long", s=np.append(S, 1))
    refuse("s has an entry 2", s=S * 2)
    refuse("s has an entry -1", s=-S)
    refuse("s has an entry 0.5", s=S * 0.5)
    refuse("s has two axes", s=S[None])
    refuse("W has a negative entry", W=W - 0.25)
    refuse("W has an entry NaN", W=np.where(W == 2, np.nan, W))
    for rho in (0.0, 1.0, -0.25, 1.25, np.nan):
        refuse(f"rho is {rho:g}", rho=rho)
