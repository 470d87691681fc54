"""Part 2f: a table of EM runs without and with labels on the public data; n = 980 points, 20 trials."""

from typing import Any, NamedTuple

import numpy as np
from hypothesis import given, settings
from numpy.typing import NDArray

from autograder.kit import agreement, as_dict, as_integers, assert_that, fresh_seeds
from tests.properties.cs229_ps3.judge_em import CLUSTERS, stays

DATA, POINTS = 3, 980  # the public data
SEEDS, TRIALS = (2290, 2291, 2292, 2293), 5  # 20 trials in four calls, so that a slow program keeps its time
SEMI_ITERATIONS = (8, 60)  # 300 right runs took 14 to 17
UNSUP_ITERATIONS = (25, 1000)  # 600 right runs took 42 to 368
ALIKE = 0.9  # right rows stay as they are by .95 or more, rows of labels at random by .01 or less
ENOUGH = 0.8
VARIED = 6  # in 20 right trials: 10 or more different counts in 200 000 draws, and the same row 4 times in 300
BY_CHANCE = 1e-11  # for VARIED; a run without labels finds the clusters of those with labels in one of six: 1/6**20


class Table(NamedTuple):
    """What trials came to: numbers of iterations (trials,), labels (trials, n)."""

    iters_unsup: NDArray[np.int64]
    iters_semi: NDArray[np.int64]
    labels_unsup: NDArray[np.int64]
    labels_semi: NDArray[np.int64]


def read_table(value: Any, trials: int, n: int) -> Table:
    """The table that a student's function returned; CheckFailed("malformed") when it has another form."""
    found = as_dict(value, Table._fields, "what compare returns")
    counts = [as_integers(found[name], (trials,), name) for name in Table._fields[:2]]
    labels = [as_integers(found[name], (trials, n), name) for name in Table._fields[2:]]
    known = all(bool(((rows >= 0) & (rows < CLUSTERS)).all()) for rows in labels)
    assert_that(known, "a label in the table is none of 0 to 3")
    return Table(*counts, *labels)


def full_table(student: Any, reference: Any) -> Table:
    """The student's table of 20 trials on the public data."""
    data = reference.dataset(DATA, POINTS)
    parts = [read_table(student.compare(*data, seed, TRIALS), TRIALS, POINTS) for seed in SEEDS]
    return Table(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


@settings(max_examples=2)
@given(points=fresh_seeds(), trials=fresh_seeds())
def test_returns_a_table(student, reference, points, trials):
    """compare returns a dict with two lists of iteration counts and two arrays of labels, a row for each trial."""
    read_table(student.compare(*reference.dataset(points, POINTS), trials, 2), 2, POINTS)


def test_iterations_are_counted(student, reference):
    """The numbers of iterations are such as runs on the public data take: few with labels, many and varied without."""
    table = full_table(student, reference)
    for name, counts, (low, high) in (
        ("iters_semi", table.iters_semi, SEMI_ITERATIONS),
        ("iters_unsup", table.iters_unsup, UNSUP_ITERATIONS),
    ):
        inside = bool(((counts >= low) & (counts <= high)).all())
        seen = f"{counts.min()} to {counts.max()}"
        assert_that(inside, f"{name} holds numbers that no run here takes", got=seen, expected=f"{low} to {high}")
    different = len(set(table.iters_unsup.tolist()))
    reason = "iters_unsup repeats itself, as runs from different splits do not"
    assert_that(different >= VARIED, reason, got=f"{different} different numbers in 20 trials", chance=BY_CHANCE)


def test_semi_rows_are_the_optimum(student, reference):
    """Every row of labels_semi gives at least 99 % of the points the cluster that EM with labels ends with."""
    wanted = reference.clusters(DATA, 0)
    share = (full_table(student, reference).labels_semi == wanted).mean(axis=1)
    worst = f"{share.min():.1%} in the worst of {len(share)} trials"
    assert_that(bool((share >= 0.99).all()), "a row of labels_semi is not what EM finds", got=worst, expected="99 %")


def test_unsup_rows_are_ends_of_em(student, reference):
    """EM without labels leaves at least 80 % of the rows of labels_unsup nearly as they are, and they vary."""
    x = reference.dataset(DATA, POINTS)[0]
    rows = full_table(student, reference).labels_unsup
    stay = np.array([stays(x, row) for row in rows])
    share = float((stay >= ALIKE).mean())
    seen = f"{share:.0%} of the rows stay"
    assert_that(share >= ENOUGH, "rows of labels_unsup are not where EM ends", got=seen, expected=f"{ENOUGH:.0%}")
    with_labels = reference.clusters(DATA, 0)
    same = float(np.mean([agreement(row, with_labels) >= ALIKE for row in rows]))
    reason = "all rows of labels_unsup are the clusters that runs with labels find"
    assert_that(same < 1, reason, chance=BY_CHANCE)
    different = len(np.unique(rows, axis=0))
    reason = "labels_unsup holds the same run again and again"
    assert_that(different >= VARIED, reason, got=f"{different} different rows in 20 trials", chance=BY_CHANCE)
