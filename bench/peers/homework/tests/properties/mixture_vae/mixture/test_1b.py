"""Part 1b: the M-step."""

from hypothesis import given, settings

from tests.properties.mixture_vae.draw import CASES, agree, assignments


@settings(max_examples=CASES)
@given(instance=assignments())
def test_m_step_matches_reference(student, reference, instance):
    """Weights, means and covariances agree with the reference."""
    agree(student.m_step(*instance), reference.m_step(*instance), what="m_step", values=3)


@settings(max_examples=CASES)
@given(instance=assignments(sure=True))
def test_m_step_of_sure_assignments(student, reference, instance):
    """Points that belong to one component each give its own mean and covariance."""
    agree(student.m_step(*instance), reference.m_step(*instance), what="m_step", values=3)
