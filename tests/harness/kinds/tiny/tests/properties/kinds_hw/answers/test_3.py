"""Part 3: the answers, against what is right and against the student's own script."""

from autograder.kit import assert_that
from autograder.kit.answers import answer, assert_choice, assert_number
from autograder.kit.figure import calls


def test_names_the_larger_group(student):
    """The larger group is named."""
    among = ["the first one of both", "the second one of both"]
    assert_choice(answer(student.answers(), "3", "larger"), among[0], among=among, what="larger")


def test_counts_it(student):
    """Its points are counted."""
    assert_number(answer(student.answers(), "3", "count"), 7, atol=0, what="count")


def test_agrees_with_the_script(student, run):
    """The count is the one that the script comes to."""
    labels = calls(run.script(), "assign")
    assert_that(len(labels) > 0 and labels[-1] is not None, "the script does not call assign")
    count = max((labels[-1] == 0).sum(), (labels[-1] == 1).sum())
    assert_number(answer(student.answers(), "3", "count"), float(count), atol=0, what="count")
