"""Part 11a: the best lam (K, V) for given phi."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import assert_close
from tests.properties.cmu10707_hw5.draw_corpus import corpora


@settings(max_examples=30)
@given(case=corpora())
def test_lambda_matches_reference(student, reference, case):
    """lam agrees with the reference, also where words come again and where one never comes."""
    call = (case.docs, case.phi, case.eta, case.lam.shape[1])
    assert_close(student.update_lambda(*call), reference.update_lambda(*call), what="lam")


def test_worked_example(student):
    """Two documents of three words in all come out right."""
    docs, phi = [np.array([0, 0]), np.array([2])], [np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([[0.25, 0.75]])]
    right = np.array([[2.0, 0.5, 0.75], [1.0, 0.5, 1.25]])
    assert_close(student.update_lambda(docs, phi, 0.5, 3), right, what="lam")
