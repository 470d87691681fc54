"""Part 2: the script as it runs in its own folder."""

from autograder.kit import assert_that
from autograder.kit.figure import assert_colours_match, assert_finished, assert_points, figure_of
from tests.properties.kinds_hw.points import POINTS


def test_script_finishes(student):
    """The script runs to its end and writes pred.png."""
    assert_finished(student.script(), "src/fit.py", writes=["pred.png"])


def test_figure_shows_the_points(student):
    """The figure shows every point of points.csv once."""
    assert_points(figure_of(student.script(), "pred.png"), POINTS)


def test_figure_shows_the_groups(student):
    """Points of one group, and only these, have one colour."""
    figure = figure_of(student.script(), "pred.png")
    assert_that(figure.value is not None, "assign returned no array before the figure was saved")
    assert_colours_match(figure, POINTS, figure.value, palette=["red", "blue"])
