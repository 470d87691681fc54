"""Part 4c: p(z = k | x), shape (N, K)."""

from hypothesis import given, settings

from autograder.kit import as_array, assert_close, assert_distribution, mixtures
from tests.properties.cmu10707_hw5.draw_mixture import MU, PI, SIGMA, X, far_from


def test_worked_example(student, reference):
    """Two components in the plane come out right, each row a distribution."""
    found = as_array(student.responsibilities(X, PI, MU, SIGMA), (3, 2), "p(z | x)")
    assert_close(found, reference.responsibilities(X, PI, MU, SIGMA), what="p(z | x)")
    assert_distribution(found, what="p(z | x)")


@settings(max_examples=40)
@given(m=mixtures(max_n=20))
def test_responsibilities_match_reference(student, reference, m):
    """Responsibilities agree with the reference."""
    assert_close(student.responsibilities(*m), reference.responsibilities(*m), what="p(z | x)")


@settings(max_examples=15)
@given(m=mixtures(max_n=12))
def test_survives_far_points(student, reference, m):
    """Points 60 standard deviations away have responsibilities, and the right ones."""
    m = m._replace(x=far_from(m, 60.0))
    assert_close(student.responsibilities(*m), reference.responsibilities(*m), what="p(z | x)")
