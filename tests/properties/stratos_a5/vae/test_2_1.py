"""Part 2.1, code: the three terms (reconstruction, KL_y, KL_z) of the bound for codes of finitely many values."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_scalar, as_tuple, assert_close, assert_rejects, assert_that
from tests.properties.stratos_a5.draw_vae import Codes, codes, edged

EXAMPLE = Codes(
    np.array([0.5, 0.5]),
    np.array([0.25, 0.25, 0.5]),
    np.array([0.25, 0.75]),
    np.array([0.5, 0.25, 0.25]),
    np.array([[-1.0, -2.0, -0.5], [-0.25, -3.0, -1.5]]),
)
NAMES = ("the reconstruction", "KL_y", "KL_z")


def test_worked_example_and_contract(student, reference):
    """Two and three values come out right, as three numbers, and shapes that do not fit raise ValueError."""
    compare(student, reference, EXAMPLE)
    assert_rejects(student.elbo_terms, *EXAMPLE._replace(log_px=EXAMPLE.log_px.T), because="log_px is transposed")
    assert_rejects(student.elbo_terms, *EXAMPLE._replace(p_z=EXAMPLE.p_y), because="p_z has two entries, q_z three")


@settings(max_examples=40)
@given(case=codes())
def test_terms_match_reference(student, reference, case):
    """All three terms agree with the reference."""
    compare(student, reference, case)


@settings(max_examples=25)
@given(case=codes())
def test_gap_is_the_posterior_divergence(student, case):
    """The bound falls short of log p(x) by the divergence of q from the posterior, which may be none."""
    q_y, q_z, p_y, p_z, log_px = case
    joint = np.outer(p_y, p_z) * np.exp(log_px)
    evidence, q = np.log(joint.sum()), np.outer(q_y, q_z)
    gap = float((q * np.log(q / (joint / joint.sum()))).sum())
    assert_close(evidence - bound(student, case), gap, what="log p(x) less the bound")
    assert_that(bound(student, case) <= evidence + 1e-9 * max(1, abs(evidence)), "the bound exceeds log p(x)")
    f, g = log_px[:, 0], log_px[0]
    best_y, best_z = p_y * np.exp(f), p_z * np.exp(g)
    exact = Codes(best_y / best_y.sum(), best_z / best_z.sum(), p_y, p_z, f[:, None] + g)
    tight = float(np.log(best_y.sum()) + np.log(best_z.sum()))
    assert_close(bound(student, exact), tight, what="the bound where q is the exact posterior")


@settings(max_examples=40)
@given(case=edged())
def test_zeros_and_infinities(student, reference, case):
    """0 log 0 counts as 0, and what is infinite comes out as infinity of the right sign."""
    compare(student, reference, case)


@settings(max_examples=8)
@given(case=codes(max_size=4).filter(lambda c: len(c.q_y) > 1 and len(c.q_z) > 1))
def test_rejects_bad_input(student, case):
    """Vectors that are no distributions, and shapes that do not fit, raise ValueError."""
    for name in ("q_y", "q_z", "p_y", "p_z"):
        p = getattr(case, name)
        assert_rejects(student.elbo_terms, *case._replace(**{name: p * 1.001}), because=f"{name} sums to 1.001")
        shifted = p + np.append([p[1] + 0.25, -p[1] - 0.25], np.zeros(len(p) - 2))
        assert_rejects(student.elbo_terms, *case._replace(**{name: shifted}), because=f"{name} has a negative entry")
    assert_rejects(student.elbo_terms, *case._replace(log_px=case.log_px[:-1]), because="log_px has a row too few")


def terms(student, case):
    """The three terms as floats."""
    found = as_tuple(student.elbo_terms(*case), 3, "the result")
    return [as_scalar(value, name) for value, name in zip(found, NAMES, strict=True)]


def bound(student, case):
    """The first term less the other two."""
    reconstruction, kl_y, kl_z = terms(student, case)
    return reconstruction - kl_y - kl_z


def compare(student, reference, case):
    """Each term agrees with the reference, infinite ones too."""
    found = as_tuple(student.elbo_terms(*case), 3, "the result")
    for name, value, right in zip(NAMES, found, reference.elbo_terms(*case), strict=True):
        assert_close(value, right, what=name)
