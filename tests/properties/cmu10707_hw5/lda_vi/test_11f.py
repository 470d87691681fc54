"""Part 11f: the best topics as points, (K, V), for given phi."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import assert_close, assert_rejects
from tests.properties.cmu10707_hw5.draw_corpus import corpora


@settings(max_examples=25)
@given(case=corpora())
def test_topics_match_reference(student, reference, case):
    """Topics agree with the reference; one without any probability raises ValueError."""
    call = (case.docs, case.phi, case.lam.shape[1])
    assert_close(student.beta_mstep(*call), reference.beta_mstep(*call), what="beta")
    empty = [np.column_stack([rows, np.zeros(len(rows))]) for rows in case.phi]
    assert_rejects(student.beta_mstep, case.docs, empty, call[2], because="a topic has no probability at any place")


def test_worked_example(student):
    """Two documents of three words in all come out right."""
    docs, phi = [np.array([0, 0]), np.array([2])], [np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([[0.5, 0.5]])]
    right = np.array([[0.75, 0.0, 0.25], [0.5, 0.0, 0.5]])
    assert_close(student.beta_mstep(docs, phi, 3), right, what="beta")
