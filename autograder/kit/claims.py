"""Several claims that are paid for by how many of them are judged rightly, so that guessing earns little."""

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.errors import CheckFailed
from autograder.kit.answers import answer, assert_choice

__all__ = ["judged_rightly"]


def judged_rightly(answers: Any, part: str, claims: Mapping[str, tuple[Any, Sequence[Any]]]) -> int:
    """How many claims of a part are judged rightly; `claims` maps a key to the right choice and all choices.

    A claim without an answer, or with one that is none of the choices, is not judged rightly.
    """
    found = 0
    for key, (wanted, among) in claims.items():
        try:
            assert_choice(answer(answers, part, key), wanted, among=among, what=key)
        except CheckFailed:
            continue
        found += 1
    return found
