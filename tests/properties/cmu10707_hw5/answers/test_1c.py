"""Part 1c, answers: which independences the graph of the slides implies, eight statements drawn for each student."""

from autograder.kit import assert_that
from autograder.kit.claims import judged_rightly
from autograder.kit.personal import assert_answered
from tests.properties.cmu10707_hw5.draw_statements import drawn

HOLD = ("x1, x2", "x2, x5", "x4, x5 | x1, x3", "x6, x7 | x4", "x1, x7 | x4, x5", "x5, x6 | x4", "x5, x6 | x1, x3")


def test_five_statements_are_right(student):
    """At least five of your eight statements about independence are judged rightly."""
    assert_that(rightly(student) >= 5, "too many of your statements are judged wrongly")


def test_six_statements_are_right(student):
    """At least six of your eight statements are judged rightly."""
    assert_that(rightly(student) >= 6, "too many of your statements are judged wrongly")


def test_seven_statements_are_right(student):
    """At least seven of your eight statements are judged rightly."""
    assert_that(rightly(student) >= 7, "too many of your statements are judged wrongly")


def test_eight_statements_are_right(student):
    """All of your eight statements are judged rightly."""
    assert_that(rightly(student) >= 8, "a statement is judged wrongly")


def test_your_statements_are_answered(student):
    """The eight statements that your e-mail draws have an answer."""
    answers = student.answers()
    email, mine = drawn(answers, student.submitters())
    assert_answered(answers, "1c", mine, what=f"the eight statements of {email}")


def rightly(student):
    """How many of the student's statements are judged rightly."""
    answers = student.answers()
    _, mine = drawn(answers, student.submitters())
    return judged_rightly(answers, "1c", {statement: (statement in HOLD, [True, False]) for statement in mine})
