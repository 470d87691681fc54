"""Part 3a: p(s_j = 1 | d), shape (N, ns), of noisy-OR symptoms."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_array, assert_close, assert_rejects, fresh_seeds, rng_of
from tests.properties.cmu10707_hw5.draw_noisy_or import sizes, weights

W = np.array([[1.0, 0.0, 0.5], [0.25, 2.0, 0.0]])
D = np.array([[1, 1], [0, 1], [0, 0]])


def test_worked_example(student, reference):
    """Two causes and three symptoms come out right; without causes nothing is on."""
    found = as_array(student.activation_prob(D, W), (3, 3), "p(s = 1 | d)")
    assert_close(found, reference.activation_prob(D, W), what="p(s = 1 | d)")


@settings(max_examples=40)
@given(size=sizes(), crowd=st.booleans(), seed=fresh_seeds())
def test_probabilities_match_reference(student, reference, size, crowd, seed):
    """Probabilities agree with the reference, also where many causes of middling weights are on."""
    rng = rng_of(seed)
    W = weights(rng, *size, low=0.3, high=2.0) if crowd else weights(rng, *size)
    D = (rng.random((6, size[0])) < (0.8 if crowd else 0.4)).astype(np.int64)
    assert_close(student.activation_prob(D, W), reference.activation_prob(D, W), what="p(s = 1 | d)")


@settings(max_examples=15)
@given(size=sizes(), power=st.integers(6, 14), seed=fresh_seeds())
def test_tiny_weights_lose_no_digits(student, reference, size, power, seed):
    """For weights down to 1e-14 the probabilities are right to a relative 1e-7."""
    W = weights(rng_of(seed), *size, low=0.3, high=2.0) * 10.0**-power
    D = np.ones((1, size[0]), dtype=np.int64)
    found = as_array(student.activation_prob(D, W), (1, size[1]), "p(s = 1 | d)")
    assert_close(found / reference.activation_prob(D, W), np.ones((1, size[1])), what="p(s = 1 | d) over the right one")


def test_rejects_bad_input(student):
    """Weights that are no weights and causes that are no causes raise ValueError."""

    def refuse(because, D=D, W=W):
        assert_rejects(student.activation_prob, D, W, because=because)

    refuse("W has a negative entry", W=W - 0.25)
    refuse("W has an entry NaN", W=np.where(W == 2, np.nan, W))
    refuse("W has an infinite entry", W=np.where(W == 2, np.inf, W))
    refuse("W has one axis", D=D[:, :1], W=W[0])
    refuse("D has too few columns", D=D[:, :1])
    refuse("D has too many columns", D=np.ones((3, 3), dtype=np.int64))
    refuse("D has one axis", D=D[0])
    refuse("D has an entry 2", D=D + np.array([0, 1]))
    refuse("D has an entry 0.5", D=D * 0.5)
