"""Part 1c: the log likelihood."""

from hypothesis import given, settings

from tests.properties.mixture_vae.draw import CASES, agree, models


@settings(max_examples=CASES)
@given(instance=models())
def test_log_likelihood_matches_reference(student, reference, instance):
    """The log likelihood agrees with the reference."""
    agree(student.log_likelihood(*instance), reference.log_likelihood(*instance), what="log_likelihood")


@settings(max_examples=CASES)
@given(instance=models(far=300.0))
def test_log_likelihood_survives_far_points(student, reference, instance):
    """Points far from every component still have a log likelihood."""
    agree(student.log_likelihood(*instance), reference.log_likelihood(*instance), what="log_likelihood")
