"""The question bound in the style of otter-grader."""

from otter.test_files import test_case

OK_FORMAT = False

name = "bound"


@test_case(name="bound_matches_reference", points=1)
def test_bound_matches_reference(bound):
    """The bound and its gradients agree with the reference."""
    from checking import CASES, near

    for args, wanted in CASES["bound_matches_reference"]:
        near(bound(*args), wanted)
