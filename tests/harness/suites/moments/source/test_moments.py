"""A suite for the modules of the tiny homework, on which hostile submissions are tried: both styles, all ways to compare."""

import unittest

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import hide_errors, partial_credit, visibility, weight
from moments import mean, standardize

import shapes

SAMPLE = np.array([0.5, -1.25, 3.0, 0.75])


class TestMean(unittest.TestCase):
    """Part 1a, as unittest."""

    @weight(2)
    def test_mean(self):
        """The mean is right"""
        self.assertAlmostEqual(mean(SAMPLE), 0.75)
        self.assertAlmostEqual(mean(SAMPLE[:2]), -0.375)
        self.assertEqual(round(float(mean(SAMPLE + 1)), 6), 1.75)

    @weight(1)
    @visibility("hidden")
    @hide_errors("another sample")
    def test_hidden_mean(self):
        """The mean of a hidden sample is right"""
        self.assertAlmostEqual(mean(np.array([13.0, 29.5])), 21.25)
        self.assertAlmostEqual(mean(np.array([-4.0, 1.5])), -1.25)


@partial_credit(3)
def test_mean_in_parts(set_score=None):
    """The mean of three samples, a point each"""
    points = 0
    for n in (1, 2, 3):
        for sample in (SAMPLE[:n], SAMPLE[:n] + n):
            if not abs(mean(sample) - sample.mean()) < 1e-9:
                break
        else:
            points += 1
        set_score(points)


@weight(2)
def test_standardize():
    """The sample is standardized"""
    for x in (SAMPLE, SAMPLE**2):
        z = standardize(x)
        np.testing.assert_allclose(z, (x - x.mean()) / x.std(), rtol=1e-9)
        assert z == pytest.approx((x - x.mean()) / x.std())


@weight(3)
def test_shapes():
    """An outer product and a walk"""
    assert np.array_equal(shapes.outer(np.array([1.0, 2.0]), np.array([3.0])), [[3.0], [6.0]])
    assert shapes.Walk().states(3) == pytest.approx([0, 1, 1.5])
