"""The question e_step in the style of otter-grader."""

from otter.test_files import test_case

OK_FORMAT = False

name = "e_step"


@test_case(name="e_step_matches_reference", points=1)
def test_e_step_matches_reference(e_step):
    """The responsibilities agree with the reference."""
    from checking import CASES, near

    for args, wanted in CASES["e_step_matches_reference"]:
        near(e_step(*args), wanted)


@test_case(name="e_step_survives_far_points", points=1, hidden=True)
def test_e_step_survives_far_points(e_step):
    """Points far from every component still have responsibilities."""
    from checking import CASES, near

    for args, wanted in CASES["e_step_survives_far_points"]:
        near(e_step(*args), wanted)


@test_case(name="e_step_of_one_component", points=1, hidden=True)
def test_e_step_of_one_component(e_step):
    """One component is responsible for everything."""
    from checking import CASES, near

    for args, wanted in CASES["e_step_of_one_component"]:
        near(e_step(*args), wanted)
