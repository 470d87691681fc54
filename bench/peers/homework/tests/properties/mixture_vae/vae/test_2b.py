"""Part 2b: the bound."""

from hypothesis import given, settings

from tests.properties.mixture_vae.draw import CASES, agree, batches


@settings(max_examples=CASES)
@given(instance=batches())
def test_bound_matches_reference(student, reference, instance):
    """The bound and its gradients agree with the reference."""
    agree(student.bound(*instance), reference.bound(*instance), what="bound", values=4)
