"""Part 7a: the scatter plot of the data, read as the numbers that it draws."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import assert_close, assert_that, fresh_seeds, rng_of
from tests.properties.cse599i_hw1.draw_figures import assert_labelled, in_order, points_of
from tests.properties.cse599i_hw1.draw_gmm import START, dataset


def test_figures_can_be_read(student):
    """All three functions return figures that draw points or lines."""
    X = dataset(1, 3)
    drawn = (
        student.data_figure(X, np.repeat(np.arange(3), 3)),
        student.trace_figure(np.arange(5.0)),
        student.means_figure(X, START),
    )
    for figure in drawn:
        assert_that(len(figure["points"]) > 0 or bool(figure["lines"]), "a figure draws neither points nor lines")


@settings(max_examples=5)
@given(seed=fresh_seeds())
def test_scatter_shows_every_point(student, seed):
    """The scatter plot draws every point once, wherever its row stands, and nothing else."""
    X = dataset(seed, 40)
    order = rng_of(seed).permutation(len(X))
    figure = student.data_figure(X[order], np.repeat(np.arange(3), 40)[order])
    points = points_of(figure)
    assert_that(len(points) == len(X), "not every point is drawn once", got=f"{len(points)} of {len(X)}")
    assert_close(in_order(points), in_order(X), what="the points of the figure")


@settings(max_examples=3)
@given(seed=fresh_seeds())
def test_scatter_is_labelled(student, seed):
    """Both axes of the scatter plot have a label."""
    assert_labelled(student.data_figure(dataset(seed, 5), np.repeat(np.arange(3), 5)))
