"""Part 1a: divergence, entropy and cross-entropy, and numbers that prove the divergence not negative."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_scalar, as_vector, assert_close, assert_rejects, assert_that
from tests.properties.cs229_ps3.draw_kl import near_pairs, pairs, positives, sparse_pairs

ROUNDING = 1e-14  # what a certificate may be below 0, or off 0, for numbers of size 1


@given(case=pairs())
def test_divergence_matches_reference(student, reference, case):
    """The divergence of distributions without zeros agrees with the reference."""
    assert_close(student.kl_divergence(*case), reference.kl_divergence(*case), what="kl_divergence")


@given(case=pairs())
def test_entropies_match_reference(student, reference, case):
    """Entropy and cross-entropy of distributions without zeros agree with the reference."""
    assert_close(student.entropy(case.P), reference.entropy(case.P), what="entropy")
    assert_close(student.cross_entropy(*case), reference.cross_entropy(*case), what="cross_entropy")


@settings(max_examples=20)
@given(case=sparse_pairs())
def test_zeros_are_taken_as_agreed(student, reference, case):
    """An outcome of probability 0 under p adds nothing, one of probability 0 under q alone makes the result +inf."""
    assert_close(student.kl_divergence(*case), reference.kl_divergence(*case), what="kl_divergence")
    assert_close(student.cross_entropy(*case), reference.cross_entropy(*case), what="cross_entropy")
    assert_close(student.entropy(case.P), reference.entropy(case.P), what="entropy")


@given(case=pairs())
def test_divergence_is_not_negative(student, case):
    """The divergence of two distributions is at least 0, but for rounding."""
    found = as_scalar(student.kl_divergence(*case), "kl_divergence")
    assert_that(found >= -1e-12, "the divergence of two distributions is negative", got=f"{found:.6g}", expected=">= 0")


@given(case=pairs(), free=positives())
def test_certificate_proves_the_inequality(student, reference, case, free):
    """The certificate sums to the divergence of distributions, and for no positive numbers has it a negative entry."""
    assert_sums_to_the_divergence(student, reference, case)
    found = as_vector(student.certificate_1a(*free), len(free.P), "certificate_1a")
    least, allowed = float(found.min()), -ROUNDING * np.maximum(1, free.P + free.Q)
    assert_that(
        bool((found >= allowed).all()), "the certificate has a negative entry", got=f"{least:.6g}", expected=">= 0"
    )


@given(case=near_pairs(), other=pairs())
def test_certificate_singles_out_equality(student, reference, case, other):
    """The certificate sums to the divergence; an entry is 0 where both probabilities are equal, else positive."""
    assert_sums_to_the_divergence(student, reference, other)  # near equality other sums are as good as equal
    assert_sums_to_the_divergence(student, reference, case)
    found = as_vector(student.certificate_1a(*case), len(case.P), "certificate_1a")
    equal = case.P == case.Q
    assert_that(
        bool((np.abs(found[equal]) <= ROUNDING).all()),
        "the certificate is not 0 where P and Q are equal",
        got=f"{np.abs(found[equal]).max():.6g}",
        expected="0",
    )
    assert_that(
        bool((found[~equal] > 0).all()),
        "the certificate is not positive where P and Q differ",
        got=f"{found[~equal].min():.6g}",
        expected="> 0",
    )


def assert_sums_to_the_divergence(student, reference, case):
    """The certificate has an entry for each outcome, and their sum is D(P || Q)."""
    found = as_vector(student.certificate_1a(*case), len(case.P), "certificate_1a")
    assert_close(found.sum(), reference.kl_divergence(*case), what="the sum of certificate_1a")


@settings(max_examples=3)
@given(case=near_pairs())
def test_rejects_bad_input(student, case):
    """Shapes that do not fit, NaN, infinity and what is no distribution raise ValueError, in all four functions."""
    P, Q = case
    longer, nan, infinite = np.append(Q, 0.0), np.append(P[:-1], np.nan), np.append(P[:-1], np.inf)
    worse, heavy, table = np.append(P, -0.25), np.append(P, 0.25), np.stack([P, Q]) / 2
    almost, slightly = np.append(P[:-1], P[-1] + 5e-9), np.append(P[:-1], P[-1] + 3e-8)
    as_scalar(student.entropy(P), "entropy")
    as_scalar(student.entropy(almost), "entropy of a p that sums to 1 within 1e-8")
    for function in (student.kl_divergence, student.cross_entropy):
        as_scalar(function(P, Q), "the result")
        as_scalar(function(almost, almost), "the result for sums within 1e-8 of 1")
        assert_rejects(function, P, longer, because="q is longer than p")
        assert_rejects(function, longer, Q, because="p is longer than q")
        assert_rejects(function, table, table, because="p and q have two axes")
        for bad, why in (
            (nan, "is NaN"),
            (infinite, "is infinite"),
            (P / 2, "sums to 1/2"),
            (slightly, "sums to 1 + 3e-8"),
        ):
            assert_rejects(function, bad, Q, because=f"p {why}")
            assert_rejects(function, P, bad, because=f"q {why}")
        assert_rejects(function, np.append(worse, 0.25), np.append(Q, [0.0, 0.0]), because="p has a negative entry")
        assert_rejects(function, np.append(P, [0.0, 0.0]), np.append(worse, 0.25), because="q has a negative entry")
    for bad, why in ((nan, "is NaN"), (infinite, "is infinite"), (heavy, "sums to 1.25"), (table, "has two axes")):
        assert_rejects(student.entropy, bad, because=f"p {why}")
    assert_rejects(student.entropy, np.append(worse, 0.25), because="p has a negative entry")
    assert_rejects(student.entropy, slightly, because="p sums to 1 + 3e-8")
    as_vector(student.certificate_1a(2 * P, 3 * Q), len(P), "certificate_1a")
    assert_rejects(student.certificate_1a, P, np.append(Q, 0.5), because="Q is longer than P")
    assert_rejects(student.certificate_1a, P, Q[:1], because="Q has one entry, P more")
    assert_rejects(student.certificate_1a, P[:1], Q, because="P has one entry, Q more")
    assert_rejects(student.certificate_1a, table, table, because="P and Q have two axes")
    for bad, why in ((nan, "is NaN"), (infinite, "is infinite"), (0 * P, "is 0"), (-P, "is negative")):
        assert_rejects(student.certificate_1a, bad, Q, because=f"P {why}")
        assert_rejects(student.certificate_1a, P, bad, because=f"Q {why}")
