"""The question kl in the style of otter-grader."""

from otter.test_files import test_case

OK_FORMAT = False

name = "kl"


@test_case(name="kl_matches_reference", points=1)
def test_kl_matches_reference(kl):
    """The divergences agree with the reference."""
    from checking import CASES, near

    for args, wanted in CASES["kl_matches_reference"]:
        near(kl(*args), wanted)


@test_case(name="kl_of_narrow_posteriors", points=1, hidden=True)
def test_kl_of_narrow_posteriors(kl):
    """The divergences of narrow posteriors agree with the reference."""
    from checking import CASES, near

    for args, wanted in CASES["kl_of_narrow_posteriors"]:
        near(kl(*args), wanted)
