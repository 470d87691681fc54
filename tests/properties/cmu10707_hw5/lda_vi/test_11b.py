"""Part 11b: the best gamma (D, K) for given phi."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import assert_close
from tests.properties.cmu10707_hw5.draw_corpus import corpora


@settings(max_examples=30)
@given(case=corpora())
def test_gamma_matches_reference(student, reference, case):
    """gamma agrees with the reference."""
    found, right = (who.update_gamma(case.phi, case.alpha) for who in (student, reference))
    assert_close(found, right, what="gamma")


def test_worked_example(student):
    """Two documents of three words in all come out right."""
    phi = [np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([[0.25, 0.75]])]
    right = np.array([[2.0, 0.75], [0.75, 1.0]])
    assert_close(student.update_gamma(phi, np.array([0.5, 0.25])), right, what="gamma")
