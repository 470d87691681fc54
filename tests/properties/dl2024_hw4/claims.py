"""What a student's answers.json says about claims and statements of dl2024-hw4, read strictly."""

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.kit import assert_that
from autograder.kit.answers import answer

CLAIM, STATEMENTS = "claim", "statements"


def flag(value: Any, what: str) -> bool:
    """true or false as JSON has them: no text, no number."""
    assert_that(isinstance(value, bool), f"{what}: write true or false, without quotes", got=repr(value)[:60])
    return bool(value)


def claims(answers: Any, problem: str) -> tuple[bool, dict[str, bool]]:
    """What the student says of a problem's claim, and of each of its statements by text."""
    claim = flag(answer(answers, problem, CLAIM), f"the claim of problem {problem}")
    said = answer(answers, problem, STATEMENTS)
    assert_that(isinstance(said, Mapping) and len(said) == 5, f"problem {problem} must keep its five statements")
    return claim, {
        text: flag(answer(answers, problem, STATEMENTS, text), f"problem {problem}, {text!r}") for text in said
    }


def assert_backed(answers: Any, problem: str, right: Sequence[Any], slips: int) -> None:
    """The claim is judged right, and so are all of its statements but `slips` at most."""
    claim, said = claims(answers, problem)
    truth, statements = right
    assert_that(set(said) == set(statements), f"problem {problem} must keep its statements as they were printed")
    assert_that(claim == truth, f"the claim of problem {problem} is not judged right")
    wrong = sum(said[text] != statements[text] for text in statements)
    assert_that(wrong <= slips, f"more than {slips} of its statements are not judged right", got=f"{wrong} of 5")
