"""Part 1.1: the tables p(z | x), shape (V + 1, m), and p(x | z), shape (m, V), from observed words and classes."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_array, as_tuple, assert_close, assert_distribution, assert_rejects
from tests.properties.stratos_a5.draw_em import KINDS, labelled, marked, seen

X, Z = np.array([0, 1, 0, 2, 0]), np.array([1, 0, 1, 1, 0])


def test_worked_example_and_contract(student, reference):
    """Five words are counted right, both tables come back in their shapes, and bad input raises ValueError."""
    first, second = tables(student.mle_complete(X, Z, 3, 2), 3, 2)
    right_first, right_second = reference.mle_complete(X, Z, 3, 2)
    assert_close(first, right_first, what="p_z_given_x")
    assert_close(second, right_second, what="p_x_given_z")
    assert_rejects(student.mle_complete, X[:0], Z[:0], 3, 2, because="x is empty")
    assert_rejects(student.mle_complete, X, Z, 2, 2, because="x has an entry that is V")
    assert_rejects(student.mle_complete, X - 1, Z, 3, 2, because="x has an entry that is -1")
    assert_rejects(student.mle_complete, X, Z[1:], 3, 2, because="z is shorter than x")
    assert_rejects(student.mle_complete, X, Z + 1, 3, 2, because="z has an entry that is m")
    assert_rejects(student.mle_complete, X, Z - 1, 3, 2, because="z has an entry that is -1")
    assert_rejects(student.mle_complete, X, np.zeros_like(Z), 3, 0, because="m is 0")


@settings(max_examples=60)
@given(case=labelled())
def test_tables_match_reference(student, reference, case):
    """Every row that the data determine agrees with the reference."""
    compare(student, reference, case)


@settings(max_examples=30)
@given(case=labelled(max_t=12, max_m=8, kinds=("constant", "one missing", "periodic")))
def test_rows_are_distributions(student, case):
    """Rows are distributions, also those of words that nothing follows and of classes that never occur."""
    first, second = tables(student.mle_complete(*case), case.V, case.m)
    assert_distribution(first, what="p_z_given_x")
    assert_distribution(second, what="p_x_given_z")


@settings(max_examples=12)
@given(case=labelled(max_t=2, max_v=2, max_m=2, kinds=("constant", *KINDS)))
def test_small_cases_match_reference(student, reference, case):
    """One or two words, one word in all, one class and constant sequences are counted right."""
    compare(student, reference, case)


def tables(pair, V, m):
    """Both tables as arrays of their shapes."""
    first, second = as_tuple(pair, 2, "the result")
    return as_array(first, (V + 1, m), "p_z_given_x"), as_array(second, (m, V), "p_x_given_z")


def compare(student, reference, case):
    """The rows of contexts and classes that occur agree with the reference."""
    found = as_tuple(student.mle_complete(*case), 2, "the result")
    first, second = tables([marked(table) for table in found], case.V, case.m)
    right_first, right_second = reference.mle_complete(*case)
    rows, classes = seen(case.x, case.V), np.bincount(case.z, minlength=case.m) > 0
    assert_close(first[rows], right_first[rows], what="p_z_given_x (rows of contexts that occur)")
    assert_close(second[classes], right_second[classes], what="p_x_given_z (rows of classes that occur)")
