"""Tests of mixture.py in the style of pytest-gradescope."""

from checking import CASES, near
from mixture import e_step, log_likelihood, m_step, run
from pytest_gradescope.decorators import number, visibility, weight


@weight(1)
@number("1.1.1")
@visibility("visible")
def test_e_step_matches_reference():
    """The responsibilities agree with the reference."""
    for args, wanted in CASES["e_step_matches_reference"]:
        near(e_step(*args), wanted)


@weight(1)
@number("1.1.2")
@visibility("after_published")
def test_e_step_survives_far_points():
    """Points far from every component still have responsibilities."""
    for args, wanted in CASES["e_step_survives_far_points"]:
        near(e_step(*args), wanted)


@weight(1)
@number("1.1.3")
@visibility("after_published")
def test_e_step_of_one_component():
    """One component is responsible for everything."""
    for args, wanted in CASES["e_step_of_one_component"]:
        near(e_step(*args), wanted)


@weight(1)
@number("1.2.1")
@visibility("visible")
def test_m_step_matches_reference():
    """Weights, means and covariances agree with the reference."""
    for args, wanted in CASES["m_step_matches_reference"]:
        near(m_step(*args), wanted)


@weight(1)
@number("1.2.2")
@visibility("after_published")
def test_m_step_of_sure_assignments():
    """Points that belong to one component each give its own mean and covariance."""
    for args, wanted in CASES["m_step_of_sure_assignments"]:
        near(m_step(*args), wanted)


@weight(1)
@number("1.3.1")
@visibility("visible")
def test_log_likelihood_matches_reference():
    """The log likelihood agrees with the reference."""
    for args, wanted in CASES["log_likelihood_matches_reference"]:
        near(log_likelihood(*args), wanted)


@weight(1)
@number("1.3.2")
@visibility("after_published")
def test_log_likelihood_survives_far_points():
    """Points far from every component still have a log likelihood."""
    for args, wanted in CASES["log_likelihood_survives_far_points"]:
        near(log_likelihood(*args), wanted)


@weight(1)
@number("1.4.1")
@visibility("visible")
def test_run_matches_reference():
    """What many rounds lead to agrees with the reference."""
    for args, wanted in CASES["run_matches_reference"]:
        near(run(*args), wanted)


@weight(1)
@number("1.4.2")
@visibility("after_published")
def test_run_of_one_component():
    """One component gets the mean and the covariance of the points."""
    for args, wanted in CASES["run_of_one_component"]:
        near(run(*args), wanted)
