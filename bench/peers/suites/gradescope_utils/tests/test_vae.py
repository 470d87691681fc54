"""Tests of vae.py in the style of gradescope-utils."""

import unittest

import vae
from checking import CASES, near
from gradescope_utils.autograder_utils.decorators import number, visibility, weight


class TestVae(unittest.TestCase):
    @weight(1)
    @number("2.1.1")
    @visibility("visible")
    def test_kl_matches_reference(self):
        for args, wanted in CASES["kl_matches_reference"]:
            near(vae.kl(*args), wanted)

    @weight(1)
    @number("2.1.2")
    @visibility("after_published")
    def test_kl_of_narrow_posteriors(self):
        for args, wanted in CASES["kl_of_narrow_posteriors"]:
            near(vae.kl(*args), wanted)

    @weight(1)
    @number("2.2.1")
    @visibility("visible")
    def test_bound_matches_reference(self):
        for args, wanted in CASES["bound_matches_reference"]:
            near(vae.bound(*args), wanted)
