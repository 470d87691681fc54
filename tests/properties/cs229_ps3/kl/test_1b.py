"""Part 1b: divergence of conditional distributions, the marginal, and the two parts of a log ratio."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_array, as_scalar, as_tuple, as_vector, assert_close, assert_rejects
from tests.properties.cs229_ps3.draw_kl import sparse_tables, tables


@given(case=tables())
def test_conditional_divergence_matches_reference(student, reference, case):
    """The divergence of the conditional distributions of tables without zeros agrees with the reference."""
    assert_close(student.kl_conditional(*case), reference.kl_conditional(*case), what="kl_conditional")


@settings(max_examples=20)
@given(case=sparse_tables())
def test_zeros_are_taken_as_agreed(student, reference, case):
    """Pairs and whole rows that P gives 0 add nothing, a pair that Q alone gives 0 makes the result +inf."""
    assert_close(student.kl_conditional(*case), reference.kl_conditional(*case), what="kl_conditional")


@given(case=tables())
def test_marginal_matches_reference(student, reference, case):
    """The distribution of X agrees with the reference."""
    found = as_vector(student.marginal_x(case.P), len(case.P), "marginal_x")
    assert_close(found, reference.marginal_x(case.P), what="marginal_x")


@given(case=tables())
def test_ratio_of_marginals_matches_reference(student, reference, case):
    """A is the log ratio of the marginals of X."""
    A, _ = as_tuple(student.decomp_1b(*case), 2, "decomp_1b")
    assert_close(as_vector(A, len(case.P), "A"), reference.decomp_1b(*case)[0], what="A")


@given(case=tables())
def test_ratio_of_conditionals_matches_reference(student, reference, case):
    """B is the log ratio of the conditional distributions of Y."""
    _, B = as_tuple(student.decomp_1b(*case), 2, "decomp_1b")
    assert_close(B, reference.decomp_1b(*case)[1], what="B")


@settings(max_examples=20)
@given(case=tables())
def test_chain_rule_holds(student, case):
    """The divergences of the marginals and of the conditionals add up to that of the joint distributions."""
    P, Q = case
    p, q = (as_vector(student.marginal_x(table), len(P), "marginal_x") for table in case)
    found = as_scalar(student.kl_conditional(P, Q), "kl_conditional") + (p * np.log(p / q)).sum()
    assert_close(found, (P * np.log(P / Q)).sum(), what="the sum of both divergences")


@settings(max_examples=3)
@given(case=tables())
def test_rejects_bad_input(student, case):
    """Tables of other shapes, NaN, infinity and what is no distribution raise ValueError, in all three functions."""
    P, Q = case
    wider, zero = np.column_stack([P, 0 * P[:, 0]]), np.column_stack([0 * Q[:, 0], Q])
    nan, infinite = P.copy(), P.copy()
    nan[0, 0], infinite[0, 0] = np.nan, np.inf
    slightly, almost, signs = P.copy(), P.copy(), np.column_stack([P, np.full(len(P), -0.25), np.full(len(P), 0.25)])
    empty = np.column_stack([P, np.zeros((len(P), 2))])
    slightly[0, 0] += 3e-8
    almost[0, 0] += 5e-9
    as_scalar(student.kl_conditional(P, Q), "kl_conditional")
    as_scalar(student.kl_conditional(almost, almost), "kl_conditional of tables that sum to 1 within 1e-8")
    as_vector(student.marginal_x(P), len(P), "marginal_x")
    A, B = as_tuple(student.decomp_1b(P, Q), 2, "decomp_1b")
    as_vector(A, len(P), "A")
    as_array(B, P.shape, "B")
    for bad, why in ((nan, "a NaN"), (infinite, "an infinity"), (P / 2, "the sum 1/2"), (slightly, "the sum 1 + 3e-8")):
        assert_rejects(student.marginal_x, bad, because=f"P has {why}")
        for function in (student.kl_conditional, student.decomp_1b):
            assert_rejects(function, bad, Q, because=f"P has {why}")
            assert_rejects(function, P, bad, because=f"Q has {why}")
    assert_rejects(student.marginal_x, P[0] / P[0].sum(), because="P has one axis")
    assert_rejects(student.marginal_x, signs, because="P has a negative entry")
    assert_rejects(student.kl_conditional, signs, empty, because="P has a negative entry")
    assert_rejects(student.kl_conditional, empty, signs, because="Q has a negative entry")
    for function in (student.kl_conditional, student.decomp_1b):
        assert_rejects(function, P[0] / P[0].sum(), Q[0] / Q[0].sum(), because="P and Q have one axis")
    assert_rejects(student.kl_conditional, wider, Q, because="P has more columns than Q")
    assert_rejects(student.kl_conditional, P, zero, because="Q has more columns than P")
    half = np.concatenate([Q, Q]) / 2
    assert_rejects(student.decomp_1b, P, half, because="Q has more rows than P")
    assert_rejects(student.decomp_1b, wider, zero, because="P and Q have an entry that is 0")
    assert_rejects(student.decomp_1b, np.column_stack([P, P]) / 2, zero, because="Q has an entry that is 0")
