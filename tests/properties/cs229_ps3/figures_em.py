"""What the figures of parts 2d and 2e must show: the points of train.csv in the colours of the script's runs."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.kit import assert_that
from autograder.kit.figure import Figure, assert_colours_match, assert_points, calls, colours_match, figure_of, figures

Array = NDArray[np.float64]

DATA, POINTS, LABELLED = 3, 980, 20  # train.csv
CLUSTERS = 4
PLOT_COLORS = ("red", "green", "blue", "orange")
TRIALS = 3
UNSUPERVISED, SUPERVISED = "run_em", "run_semi_supervised_em"


def file_of(function: str, trial: int) -> str:
    """The file that the figure of a trial is saved in; trials count from 0."""
    return f"pred{'_ss' if function == SUPERVISED else ''}_{trial}.pdf"


def files_of(function: str) -> list[str]:
    """The files of all trials of one kind."""
    return [file_of(function, trial) for trial in range(TRIALS)]


def assert_saved(script: Mapping[str, Any], x: Array, function: str, trial: int) -> None:
    """The figure shows the clusters of a run, or, where no figure is to be seen, its file was written all the same."""
    file = file_of(function, trial)
    if file in figures(script) or not script["files"].get(file):
        assert_shows_clusters(script, x, function, trial)


def assert_shows_clusters(script: Mapping[str, Any], x: Array, function: str, trial: int) -> None:
    """The figure shows every point of x once, coloured by the likeliest cluster of a run that no earlier figure shows.

    x is (n, 2). Which run it is does not matter: trials may come in any order, and be drawn when all have ended. The
    colours of unsupervised runs may be any, one for each cluster; those of runs with labels are PLOT_COLORS.
    """
    shown = figure_of(script, file_of(function, trial))
    assert_points(shown, x, extra_up_to=LABELLED)
    runs = [labels for value in calls(script, function) if (labels := _likeliest(value, len(x))) is not None]
    assert_that(bool(runs), f"{function} never returns an array with {len(x)} rows and {CLUSTERS} columns in this run")
    mine = _fitting(shown, x, runs, function)
    if not mine:
        assert_colours_match(shown, x, _closest(shown, x, runs), palette=_palette(function))
    earlier = [_fitting(found, x, runs, function) for found in _earlier(script, function, trial)]
    fits = [numbers for numbers in earlier if numbers]
    assert_that(
        all(
            len(mine.union(*group)) > len(group) for size in range(len(fits) + 1) for group in combinations(fits, size)
        ),
        f"{shown.file} shows the same run as another figure",
        expected="a figure for each trial",
    )


def _earlier(script: Mapping[str, Any], function: str, trial: int) -> list[Figure]:
    """The figures of the trials before this one, as far as they were saved."""
    found = figures(script)
    return [found[file] for file in files_of(function)[:trial] if file in found]


def _likeliest(value: Any, n: int) -> NDArray[np.int64] | None:
    """The likeliest cluster of each of the n points by what a run returned; rows of further points are cut."""
    if not isinstance(value, np.ndarray) or value.ndim != 2 or value.shape[1] != CLUSTERS or len(value) < n:
        return None
    return value[:n].argmax(axis=1)


def _fitting(shown: Figure, x: Array, runs: list[NDArray[np.int64]], function: str) -> set[int]:
    """The numbers of the runs that the figure may show."""
    palette = _palette(function)
    return {number for number, labels in enumerate(runs) if colours_match(shown, x, labels, palette=palette)}


def _palette(function: str) -> tuple[str, ...] | None:
    return PLOT_COLORS if function == SUPERVISED else None


def _closest(shown: Figure, x: Array, runs: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """The run that a failure is told of: the last before the figure was saved, if there is one."""
    labels = _likeliest(shown.value, len(x))
    return runs[-1] if labels is None or not any(np.array_equal(labels, run) for run in runs) else labels
