"""Part 6.4, answer: which statements about the forward divergence are merits, which costs, and which are wrong."""

from collections.abc import Mapping

from autograder.kit import assert_that
from autograder.kit.answers import answer

WORDS = ("merit", "cost", "wrong")


def test_sides_are_chosen(student):
    """Each of the eight statements is called a merit, a cost, or wrong."""
    sides(student.answers())


def test_most_sides_are_right(student, reference):
    """At least six of the eight statements are called what they are."""
    assert_right(student, reference, 6)


def test_nearly_all_sides_are_right(student, reference):
    """At least seven of the eight statements are called what they are."""
    assert_right(student, reference, 7)


def test_all_sides_are_right(student, reference):
    """All eight statements are called what they are."""
    assert_right(student, reference, 8)


def sides(answers):
    """What the student calls each statement."""
    said = answer(answers, "6.4")
    assert_that(isinstance(said, Mapping) and len(said) == 8, "6.4 must keep its eight statements")
    found = {text: answer(answers, "6.4", text) for text in said}
    for text, word in found.items():
        known = isinstance(word, str) and word.strip().lower() in WORDS
        assert_that(known, f"6.4, {text!r}: write merit, cost or wrong", got=repr(word)[:60])
    return {text: word.strip().lower() for text, word in found.items()}


def assert_right(student, reference, least):
    """So many statements are called what they are."""
    said, right = sides(student.answers()), reference.sides()
    assert_that(set(said) == set(right), "6.4 must keep its statements as they were printed")
    count = sum(said[text] == right[text] for text in right)
    assert_that(count >= least, f"fewer than {least} of 8 statements are called what they are", got=f"{count}")
