"""Part 1a: the E-step."""

from hypothesis import given, settings

from tests.properties.mixture_vae.draw import CASES, agree, models


@settings(max_examples=CASES)
@given(instance=models())
def test_e_step_matches_reference(student, reference, instance):
    """The responsibilities agree with the reference."""
    agree(student.e_step(*instance), reference.e_step(*instance), what="e_step")


@settings(max_examples=CASES)
@given(instance=models(far=300.0))
def test_e_step_survives_far_points(student, reference, instance):
    """Points far from every component still have responsibilities."""
    agree(student.e_step(*instance), reference.e_step(*instance), what="e_step")


@settings(max_examples=CASES)
@given(instance=models(max_k=1))
def test_e_step_of_one_component(student, reference, instance):
    """One component is responsible for everything."""
    agree(student.e_step(*instance), reference.e_step(*instance), what="e_step")
