"""Part 1d: EM."""

from hypothesis import given, settings

from tests.properties.mixture_vae.draw import CASES, agree, starts


@settings(max_examples=CASES)
@given(instance=starts())
def test_run_matches_reference(student, reference, instance):
    """What many rounds lead to agrees with the reference."""
    agree(student.run(*instance), reference.run(*instance), what="run", values=3)


@settings(max_examples=CASES)
@given(instance=starts(max_k=1))
def test_run_of_one_component(student, reference, instance):
    """One component gets the mean and the covariance of the points."""
    agree(student.run(*instance), reference.run(*instance), what="run", values=3)
