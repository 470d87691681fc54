"""Part 1, code: a mixture and a Gaussian that show how KL(q || p) settles on one mode."""

from math import erf, sqrt

import numpy as np

from autograder.kit import assert_that
from tests.properties.dl2024_hw4.draw_witness import derivatives, read_witness


def test_witness_is_well_formed(student):
    """The witness has its five entries: two components with a weight of at least 0.25 each, and q."""
    read_witness(student.mode_seeking_witness())


def test_settles_on_one_mode(student):
    """q is a local minimum of KL(q || p) with nearly all of its mass at one of two modes far from each other."""
    witness = read_witness(student.mode_seeking_witness())
    distance, widest = float(abs(np.diff(witness.means)[0])), float(witness.sds.max())
    assert_that(
        distance >= 6 * widest, "the means are less than 6 standard deviations apart", got=f"{distance / widest:.4g}"
    )
    middle = witness.means.mean()
    beyond = 0.5 - 0.5 * erf(abs(witness.q_mean - middle) / (witness.q_sd * sqrt(2)))
    assert_that(beyond <= 0.01, "q has more than 0.01 of its mass beyond the midpoint", got=f"{beyond:.4g}")
    gradient, second = derivatives(witness)
    steepest = float(np.abs(gradient).max())
    assert_that(steepest <= 1e-3, "q is not stationary: a derivative of KL(q || p) is too large", got=f"{steepest:.3g}")
    lowest = float(np.linalg.eigvalsh(second)[0])
    assert_that(lowest > 0, "q is no minimum: a second derivative is not positive", got=f"{lowest:.3g}")
