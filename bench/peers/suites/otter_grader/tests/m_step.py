"""The question m_step in the style of otter-grader."""

from otter.test_files import test_case

OK_FORMAT = False

name = "m_step"


@test_case(name="m_step_matches_reference", points=1)
def test_m_step_matches_reference(m_step):
    """Weights, means and covariances agree with the reference."""
    from checking import CASES, near

    for args, wanted in CASES["m_step_matches_reference"]:
        near(m_step(*args), wanted)


@test_case(name="m_step_of_sure_assignments", points=1, hidden=True)
def test_m_step_of_sure_assignments(m_step):
    """Points that belong to one component each give its own mean and covariance."""
    from checking import CASES, near

    for args, wanted in CASES["m_step_of_sure_assignments"]:
        near(m_step(*args), wanted)
