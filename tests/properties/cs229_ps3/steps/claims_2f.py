"""Part 2f, answers: three claims about a student's own table. Stands beside test_2f.py until answers.json is graded."""

import itertools

import numpy as np

from autograder.kit import agreement
from autograder.kit.answers import answer, assert_choice
from tests.properties.cs229_ps3.steps.test_2f import DATA, POINTS, full_table

ITERATIONS = ("semi_fewer", "unsup_fewer", "same")
STABILITY = ("semi_more_stable", "unsup_more_stable", "same")
WORST = ("semi_better_worst_case", "unsup_better_worst_case", "same")
MARGIN = 0.02  # agreements that differ by less are the same


def chosen(semi, unsup, choices, margin=0.0):
    """The first choice where semi is the larger by more than the margin, the second where unsup is, else the third."""
    return choices[0] if semi > unsup + margin else choices[1] if unsup > semi + margin else choices[2]


def stability(rows):
    """The mean agreement of two trials' labels."""
    return float(np.mean([agreement(a, b) for a, b in itertools.combinations(rows, 2)]))


def test_claim_about_iterations_fits_the_table(student, reference, answers):
    """The answer says which kind of run takes fewer iterations in your table, by the medians."""
    table = full_table(student, reference)
    wanted = chosen(np.median(table.iters_unsup), np.median(table.iters_semi), ITERATIONS)
    assert_choice(answer(answers.answers(), "2f", "i"), wanted, among=ITERATIONS, what="2f i")


def test_claim_about_stability_fits_the_table(student, reference, answers):
    """The answer says which kind of run gives more alike clusters from trial to trial in your table."""
    table = full_table(student, reference)
    wanted = chosen(stability(table.labels_semi), stability(table.labels_unsup), STABILITY, MARGIN)
    assert_choice(answer(answers.answers(), "2f", "ii"), wanted, among=STABILITY, what="2f ii")


def test_claim_about_the_worst_trial_fits_the_table(student, reference, answers):
    """The answer says for which kind of run the worst trial is closer to the clusters that the points came from."""
    table, true = full_table(student, reference), reference.origins(DATA, POINTS)
    semi, unsup = (min(agreement(true, row) for row in rows) for rows in (table.labels_semi, table.labels_unsup))
    assert_choice(
        answer(answers.answers(), "2f", "iii"), chosen(semi, unsup, WORST, MARGIN), among=WORST, what="2f iii"
    )
