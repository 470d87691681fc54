"""The question log_likelihood in the style of otter-grader."""

from otter.test_files import test_case

OK_FORMAT = False

name = "log_likelihood"


@test_case(name="log_likelihood_matches_reference", points=1)
def test_log_likelihood_matches_reference(log_likelihood):
    """The log likelihood agrees with the reference."""
    from checking import CASES, near

    for args, wanted in CASES["log_likelihood_matches_reference"]:
        near(log_likelihood(*args), wanted)


@test_case(name="log_likelihood_survives_far_points", points=1, hidden=True)
def test_log_likelihood_survives_far_points(log_likelihood):
    """Points far from every component still have a log likelihood."""
    from checking import CASES, near

    for args, wanted in CASES["log_likelihood_survives_far_points"]:
        near(log_likelihood(*args), wanted)
