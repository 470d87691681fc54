"""What the properties of the figures of cse599i-hw1 share: traces, and claims about what a figure draws."""

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import as_array, assert_that, rng_of, rounded, seeds

Array = NDArray[np.float64]

CLOSE = 1e-6  # of coordinates that belong together; data stand on a grid of 2**-20
ENOUGH = 200  # entries of a long trace that must be drawn


@st.composite
def traces(draw: st.DrawFn, n_iter: int = 10) -> Array:
    """A trace of n_iter + 1 log-likelihoods that rise with some noise."""
    rng = rng_of(draw(seeds()))
    k = np.arange(n_iter + 1)
    return rounded(-4 - np.exp(-k / n_iter * 5) * rng.uniform(1, 3) + 0.01 * rng.standard_normal(n_iter + 1))


def points_of(figure: Any) -> Array:
    """The points (n, 2) that a figure draws."""
    points = figure["points"]
    return as_array(points, (len(points), 2), "the points of the figure")


def in_order(points: Array) -> Array:
    """The points by their coordinates, those that are as good as equal in x by y."""
    cells = np.rint(points / CLOSE)
    return points[np.lexsort((cells[:, 1], cells[:, 0]))]


def assert_labelled(figure: Any) -> None:
    """Every axes that draws something has a label on both of its axes."""
    labels = [*figure["xlabels"], *figure["ylabels"]]
    assert_that(bool(labels), "the figure draws nothing: an image of a figure does not count")
    assert_that(all(text.strip() for text in labels), "an axis has no label")


def assert_curve(figure: Any, trace: Array) -> None:
    """Some line goes through the entries of the trace over their numbers: all of them, or ENOUGH of a long one."""
    wanted = min(len(trace), ENOUGH)
    best = max((_on_curve(np.asarray(x), np.asarray(y), trace) for x, y in figure["lines"]), default=0)
    assert_that(
        best >= wanted,
        "no line of the figure is the trace over the numbers of its entries",
        got=f"{best} entries on one line",
        expected=f"at least {wanted}",
    )


def _on_curve(x: Array, y: Array, trace: Array) -> int:
    """How many entries of the trace a line goes through; none if it goes through anything else."""
    k = np.rint(x)
    if x.shape != y.shape or not (np.abs(x - k) <= CLOSE).all() or not ((k >= 0) & (k < len(trace))).all():
        return 0
    right = trace[k.astype(np.int64)]
    return len(np.unique(k)) if (np.abs(y - right) <= 1e-9 + 1e-7 * np.abs(right)).all() else 0


def assert_means_stand_out(figure: Any, X: Array, mu: Array) -> None:
    """The figure draws all points and, besides, every mean; the means may be drawn more than once."""
    points = points_of(figure)
    both = np.concatenate([X, mu])
    cells, right = (np.unique(np.rint(p / CLOSE), axis=0) for p in (points, both))
    assert_that(len(points) >= len(both), "some points or means are not drawn", got=f"{len(points)} markers")
    same = cells.shape == right.shape and bool((cells == right).all())
    assert_that(same, "the markers are not the points and the means")
