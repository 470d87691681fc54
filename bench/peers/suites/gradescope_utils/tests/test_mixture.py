"""Tests of mixture.py in the style of gradescope-utils."""

import unittest

import mixture
from checking import CASES, near
from gradescope_utils.autograder_utils.decorators import number, visibility, weight


class TestMixture(unittest.TestCase):
    @weight(1)
    @number("1.1.1")
    @visibility("visible")
    def test_e_step_matches_reference(self):
        for args, wanted in CASES["e_step_matches_reference"]:
            near(mixture.e_step(*args), wanted)

    @weight(1)
    @number("1.1.2")
    @visibility("after_published")
    def test_e_step_survives_far_points(self):
        for args, wanted in CASES["e_step_survives_far_points"]:
            near(mixture.e_step(*args), wanted)

    @weight(1)
    @number("1.1.3")
    @visibility("after_published")
    def test_e_step_of_one_component(self):
        for args, wanted in CASES["e_step_of_one_component"]:
            near(mixture.e_step(*args), wanted)

    @weight(1)
    @number("1.2.1")
    @visibility("visible")
    def test_m_step_matches_reference(self):
        for args, wanted in CASES["m_step_matches_reference"]:
            near(mixture.m_step(*args), wanted)

    @weight(1)
    @number("1.2.2")
    @visibility("after_published")
    def test_m_step_of_sure_assignments(self):
        for args, wanted in CASES["m_step_of_sure_assignments"]:
            near(mixture.m_step(*args), wanted)

    @weight(1)
    @number("1.3.1")
    @visibility("visible")
    def test_log_likelihood_matches_reference(self):
        for args, wanted in CASES["log_likelihood_matches_reference"]:
            near(mixture.log_likelihood(*args), wanted)

    @weight(1)
    @number("1.3.2")
    @visibility("after_published")
    def test_log_likelihood_survives_far_points(self):
        for args, wanted in CASES["log_likelihood_survives_far_points"]:
            near(mixture.log_likelihood(*args), wanted)

    @weight(1)
    @number("1.4.1")
    @visibility("visible")
    def test_run_matches_reference(self):
        for args, wanted in CASES["run_matches_reference"]:
            near(mixture.run(*args), wanted)

    @weight(1)
    @number("1.4.2")
    @visibility("after_published")
    def test_run_of_one_component(self):
        for args, wanted in CASES["run_of_one_component"]:
            near(mixture.run(*args), wanted)
