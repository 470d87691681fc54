"""The question run in the style of otter-grader."""

from otter.test_files import test_case

OK_FORMAT = False

name = "run"


@test_case(name="run_matches_reference", points=1)
def test_run_matches_reference(run):
    """What many rounds lead to agrees with the reference."""
    from checking import CASES, near

    for args, wanted in CASES["run_matches_reference"]:
        near(run(*args), wanted)


@test_case(name="run_of_one_component", points=1, hidden=True)
def test_run_of_one_component(run):
    """One component gets the mean and the covariance of the points."""
    from checking import CASES, near

    for args, wanted in CASES["run_of_one_component"]:
        near(run(*args), wanted)
