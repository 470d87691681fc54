"""Part 2a: the KL divergence."""

from hypothesis import given, settings

from tests.properties.mixture_vae.draw import CASES, agree, posteriors


@settings(max_examples=CASES)
@given(instance=posteriors())
def test_kl_matches_reference(student, reference, instance):
    """The divergences agree with the reference."""
    agree(student.kl(*instance), reference.kl(*instance), what="kl")


@settings(max_examples=CASES)
@given(instance=posteriors(narrow=8.0))
def test_kl_of_narrow_posteriors(student, reference, instance):
    """The divergences of narrow posteriors agree with the reference."""
    agree(student.kl(*instance), reference.kl(*instance), what="kl")
