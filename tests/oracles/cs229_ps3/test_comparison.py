"""compare and what judges its table (2f): facts of the public data, and what the judge must tell apart."""

import itertools

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


def pair_counts(a, b):
    """The adjusted Rand index from its definition, over all pairs of points."""
    together = [(a[i] == a[j], b[i] == b[j]) for i, j in itertools.combinations(range(len(a)), 2)]
    both, first, second = sum(s and t for s, t in together), sum(s for s, _ in together), sum(t for _, t in together)
    chance = first * second / len(together)
    return (both - chance) / ((first + second) / 2 - chance)


@pytest.mark.parametrize("seed", range(12))
def test_agreement_is_the_adjusted_rand_index(seed):
    """Against all pairs and against scikit-learn, for related and unrelated labellings; names do not matter."""
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(seed)
    a = rng.integers(0, 4, 40)
    b = np.where(rng.random(40) < 0.3 * (seed % 4), rng.integers(0, 5, 40), a)

    assert agreement(a, b) == pytest.approx(pair_counts(a, b), abs=1e-12)
    assert agreement(a, b) == pytest.approx(metrics.adjusted_rand_score(a, b), abs=1e-12)
    assert agreement(rng.permutation(9)[a], b) == pytest.approx(agreement(a, b), abs=1e-12)


@pytest.mark.parametrize("labels", [[0, 0, 0], [0, 1, 2], [4]])
def test_agreement_of_a_labelling_with_itself(labels):
    """One cluster for all points, and one for each, agree with themselves although chance would do as well."""
    assert agreement(labels, labels) == 1


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
