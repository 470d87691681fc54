"""Part 4: the output that was handed in."""

from autograder.kit import assert_that


def test_says_how_many(student):
    """The output says how many points are in the first group."""
    assert_that("7 points in the first group" in student.text(), "the line about the first group is not there")
