"""Tests of vae.py in the style of pytest-gradescope."""

from checking import CASES, near
from pytest_gradescope.decorators import number, visibility, weight
from vae import bound, kl


@weight(1)
@number("2.1.1")
@visibility("visible")
def test_kl_matches_reference():
    """The divergences agree with the reference."""
    for args, wanted in CASES["kl_matches_reference"]:
        near(kl(*args), wanted)


@weight(1)
@number("2.1.2")
@visibility("after_published")
def test_kl_of_narrow_posteriors():
    """The divergences of narrow posteriors agree with the reference."""
    for args, wanted in CASES["kl_of_narrow_posteriors"]:
        near(kl(*args), wanted)


@weight(1)
@number("2.2.1")
@visibility("visible")
def test_bound_matches_reference():
    """The bound and its gradients agree with the reference."""
    for args, wanted in CASES["bound_matches_reference"]:
        near(bound(*args), wanted)
