"""Part 11c: the best phi, (N_d, K) for each document, for given gamma and lam."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_tuple, assert_close
from tests.properties.cmu10707_hw5.draw_corpus import corpora


@settings(max_examples=30)
@given(case=corpora())
def test_phi_matches_reference(student, reference, case):
    """phi agrees with the reference."""
    compare(student, reference, case)


@settings(max_examples=20)
@given(case=corpora(wide=True))
def test_phi_survives_wide_parameters(student, reference, case):
    """For parameters from 0.01 to 1000 phi is right too."""
    compare(student, reference, case)


def test_worked_example(student):
    """Where both topics are alike phi follows gamma: exp(digamma(1)) to exp(digamma(2)) is 1 to e."""
    docs, gamma, lam = [np.array([0, 1])], np.array([[1.0, 2.0]]), np.array([[1.0, 3.0], [1.0, 3.0]])
    right = np.array([1.0, np.e]) / (1 + np.e)
    (rows,) = as_tuple(student.update_phi(docs, gamma, lam), 1, "phi")
    assert_close(rows, np.stack([right, right]), what="phi[0]")


def compare(student, reference, case):
    """Every document's rows agree."""
    found = as_tuple(student.update_phi(case.docs, case.gamma, case.lam), len(case.docs), "phi")
    for d, right in enumerate(reference.update_phi(case.docs, case.gamma, case.lam)):
        assert_close(found[d], right, what=f"phi[{d}]")
