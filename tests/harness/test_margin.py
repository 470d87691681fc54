"""Margins: comparisons tell how far they are from their border, to those who listen and to nobody else."""

import math
import threading

import numpy as np
import pytest

from autograder.errors import CheckFailed
from autograder.kit import (
    Tolerance,
    assert_close,
    assert_covariance_distance,
    assert_mean,
    assert_that,
    assert_variance,
)
from autograder.kit.margin import Margin, listening, note, wanted

TEN = Tolerance(0.1, 0.0, "for the test")


@pytest.fixture
def heard():
    """The margins that were told while the test ran."""
    found: list[Margin] = []
    with listening(found.append):
        yield found


def test_nobody_listens_while_submissions_are_graded():
    """Without a listener nothing is computed, told or kept."""
    note("x", 2.0)

    assert not wanted()


@pytest.mark.parametrize(
    ("got", "right", "ratio"),
    [([1.0, 2.05], [1.0, 2.0], 0.5), ([1.0], [1.0], 0.0), ([2.0, 1.0], [1.0, 1.0], 10.0), ([np.inf], [np.inf], 0.0)],
)
def test_a_comparison_tells_its_worst_entry(heard, got, right, ratio):
    """The ratio is the largest error over what is allowed there, whether it fails or not."""
    try:
        assert_close(got, right, what="x", tol=TEN)
    except CheckFailed:
        assert ratio > 1

    assert [(m.what, m.chance) for m in heard] == [("x", 0.0)]
    assert heard[0].ratio == pytest.approx(ratio)


def test_where_nothing_is_allowed_a_difference_is_infinitely_far(heard):
    """An exact comparison has ratio 0 or infinity."""
    exact = Tolerance(0.0, 0.0, "exact")
    assert_close([3.0], [3.0], what="x", tol=exact)
    with pytest.raises(CheckFailed):
        assert_close([4.0], [3.0], what="x", tol=exact)

    assert [m.ratio for m in heard] == [0.0, math.inf]


def test_a_claim_tells_the_ratio_that_it_is_given(heard):
    """assert_that tells what its caller knows, and nothing when it knows nothing."""
    assert_that(True, "no number")
    assert_that(True, "a number", ratio=0.25, chance=1e-9)

    assert heard == [Margin("a number", 0.25, 1e-9)]


def test_statistical_tests_tell_their_chance(heard):
    """Each states a bound on the false rejection of this very test, above 0."""
    rng = np.random.default_rng(0)
    assert_mean(rng.standard_normal(20), 0.0, 1.0, what="mean")
    assert_variance(rng.standard_normal(400), 1.0, what="variance")
    assert_covariance_distance(rng.standard_normal((20, 4)), np.zeros(4), np.eye(4), what="distance")

    assert [m.what for m in heard] == ["mean", "variance", "distance"]
    assert all(0 < m.chance < 1e-11 and 0 < m.ratio < 1 for m in heard)


def test_a_listener_hears_its_own_thread_only(heard):
    """Graders that work at once do not hear one another."""
    thread = threading.Thread(target=note, args=("elsewhere", 1.0))
    thread.start()
    thread.join()

    assert heard == []
