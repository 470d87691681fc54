"""Tests of filters.py in pytest's own style, with gradescope-utils' decorators."""

import numpy as np
import pytest
from filters import WidthError, moving_average, normalise
from gradescope_utils.autograder_utils.decorators import (
    hide_errors,
    leaderboard,
    number,
    partial_credit,
    visibility,
    weight,
)

import filters


def slow_average(x, width):
    """The definition."""
    return np.array([np.mean(x[i : i + width]) for i in range(len(x) - width + 1)])


@weight(2)
@number("1")
@pytest.mark.parametrize("width", [1, 4, 60])
def test_moving_average(signal, width):
    """The moving average is right"""
    np.testing.assert_allclose(moving_average(signal, width), slow_average(signal, width), rtol=1e-9)


@weight(1)
@number("2")
def test_width_is_checked(signal):
    """A width of 0 is a WidthError"""
    with pytest.raises(WidthError, match="width"):
        moving_average(signal, 0)


@weight(2)
@visibility("hidden")
@hide_errors("normalise is not right")
def test_normalise():
    x = np.array([1.0, 2.0, 4.0])
    z = normalise(x)
    assert z.mean() == pytest.approx(0, abs=1e-12)
    assert z.std() == pytest.approx(1)
    assert x.tolist() == [1.0, 2.0, 4.0], "the argument was changed"


@partial_credit(4)
def test_cases(set_score=None):
    """Filters of several widths, a point each"""
    points = 0
    for width in (1, 2, 3, 5):
        f = filters.mean_filter(width)
        points += bool(np.allclose(f(np.ones(9)), np.ones(9 - width + 1)))
        set_score(points)


@weight(2)
def test_bank_runs_all(fresh, signal):
    """A bank applies its filters one after the other"""
    out = fresh.run(signal)
    assert out.shape == (60 - 2 - 4,)
    assert fresh.used == 1
    assert [f.width for f in fresh] == [3, 5]


@weight(1)
def test_bank_counts(fresh):
    """A bank counts how often it ran"""
    fresh.run(np.ones(10))
    fresh.run(np.ones(10))
    assert fresh.used == 2
    assert len(fresh) == 2


@weight(1)
def test_report(capsys):
    """The report is one line for each filter"""
    filters.report({"mean": 3, "median": 5})
    assert capsys.readouterr().out == "mean 3\nmedian 5\n"


@weight(1)
def test_windows():
    """Windows come one at a time"""
    found = filters.windows([1, 2, 3, 4], 2)
    assert next(found) == (1, 2)
    assert list(found) == [(2, 3), (3, 4)]


@weight(1)
def test_apply():
    """A function of the caller's is applied to each window"""
    seen = []

    def largest(window):
        seen.append(window)
        return max(window)

    assert filters.apply([1, 5, 2, 3], 2, largest) == [5, 5, 3]
    assert len(seen) == 3


@leaderboard("error", "asc")
def test_error(signal, set_leaderboard_value=None):
    """How far the smoothed wave is from the wave"""
    smooth = moving_average(signal, 5)
    set_leaderboard_value(round(float(np.abs(smooth - np.sin(np.linspace(0, 9, 60))[2:-2]).mean()), 6))
