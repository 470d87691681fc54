"""compare and what judges its table (2f): facts of the public data, and what the judge must tell apart."""

import numpy as np
import pytest

from autograder.kit import agreement
from reference.cs229_ps3 import paths, steps
from tests.properties.cs229_ps3.judge_em import stays
from tests.properties.cs229_ps3.steps import test_2f as table


@pytest.fixture(scope="module")
def data():
    """The public data: x, x_tilde, z_tilde."""
    return paths.dataset(table.DATA, table.POINTS)


@pytest.fixture(scope="module")
def trials(data):
    """80 trials of the reference."""
    return table.read_table(steps.compare(*data, np.random.default_rng(5), 80), 80, table.POINTS)


def test_right_tables_lie_far_inside_the_bounds(data, trials):
    """80 trials: 14 to 17 iterations with labels, 30 or more without; the clusters with labels are always the same."""
    wanted = paths.clusters(table.DATA, 0)

    assert set(trials.iters_semi.tolist()) <= set(range(14, 18))
    assert trials.iters_unsup.min() >= 30
    assert trials.iters_unsup.max() <= 600
    assert 60 < np.median(trials.iters_unsup) < 110
    assert ((trials.labels_semi == wanted).mean(axis=1) > 0.999).all()


def test_ends_of_em_stay(data, trials):
    """Rows of right runs stay as they are by .95 or more, all of 80."""
    assert min(stays(data[0], row) for row in trials.labels_unsup) >= 0.95


def test_other_rows_do_not_stay(data):
    """Labels at random, of one iteration, or by cutting the plane into quarters are far below the bound."""
    x, rng = data[0], np.random.default_rng(8)
    start = steps._random_start(x, rng)
    first = steps.e_step(x, *start).argmax(axis=1)
    quarters = (x[:, 0] > np.median(x[:, 0])) + 2 * (x[:, 1] > np.median(x[:, 1]))

    assert max(stays(x, rng.integers(0, 4, len(x))) for _ in range(5)) < 0.01
    assert stays(x, first) < table.ALIKE - 0.03
    assert stays(x, quarters) < table.ALIKE - 0.03


def test_copied_rows_would_stay(data):
    """The clusters that runs with labels find are also an end of EM without them: copies need a rule of their own."""
    assert stays(data[0], paths.clusters(table.DATA, 0)) > table.ALIKE


def test_right_rows_vary_as_the_bounds_say(trials):
    """One run without labels in six finds the clusters of those with labels; counts and rows seldom repeat."""
    with_labels = paths.clusters(table.DATA, 0)
    share = np.mean([agreement(row, with_labels) >= table.ALIKE for row in trials.labels_unsup])
    rng = np.random.default_rng(1)
    drawn = [rng.choice(80, 20, replace=False) for _ in range(200)]

    assert share < 0.28  # .28 ** 20 = 9e-12
    assert min(len(set(trials.iters_unsup[rows])) for rows in drawn) >= table.VARIED + 4
    assert min(len(np.unique(trials.labels_unsup[rows], axis=0)) for rows in drawn) >= table.VARIED + 4


def test_compare_is_a_function_of_its_generator(data):
    """The same seed gives the same table, another seed another one."""
    one, same, other = (steps.compare(*data, np.random.default_rng(seed), 2) for seed in (1, 1, 2))

    assert one["iters_unsup"] == same["iters_unsup"]
    assert (one["labels_unsup"] == same["labels_unsup"]).all()
    assert (one["labels_unsup"] != other["labels_unsup"]).any()


def test_labels_make_the_worst_trial_better(trials):
    """With labels every trial agrees with the origins of the points by .838; without, half by .55 or less."""
    true = paths.origins(table.DATA, table.POINTS)
    semi, unsup = ([agreement(true, row) for row in rows] for rows in (trials.labels_semi, trials.labels_unsup))

    assert semi == pytest.approx([0.838] * 80, abs=2e-3)
    assert 0.4 < np.median(unsup) < 0.6
    assert min(unsup) < 0.45
    assert 0.8 < max(unsup) < 0.87
    assert (true == paths.clusters(table.DATA, 0)).mean() == pytest.approx(0.941, abs=2e-3)
