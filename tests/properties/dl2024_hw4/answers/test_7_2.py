"""Part 7.2, answer: the order of the steps of training."""

from collections.abc import Mapping

from autograder.kit import assert_that
from autograder.kit.answers import answer

STEPS = 7


def test_steps_are_numbered(student):
    """The seven steps have the places 1 to 7, each once."""
    places(student.answers())


def test_steps_are_in_order(student, reference):
    """No step comes before one that it needs."""
    found, pairs = places(student.answers()), reference.precedences()
    kept = set(found) == {step for pair in pairs for step in pair}
    assert_that(kept, "7.2 must keep its steps as they were printed")
    early = [later for earlier, later in pairs if found[earlier] > found[later]]
    assert_that(early == [], "a step comes before one that it needs")


def places(answers):
    """The place of each step."""
    said = answer(answers, "7.2")
    assert_that(isinstance(said, Mapping) and len(said) == STEPS, f"7.2 must keep its {STEPS} steps")
    found = {step: answer(answers, "7.2", step) for step in said}
    whole = all(isinstance(place, int) and not isinstance(place, bool) for place in found.values())
    once = whole and sorted(found.values()) == list(range(1, STEPS + 1))
    assert_that(once, f"the steps of 7.2 need the places 1 to {STEPS}, each once, as numbers")
    return found
