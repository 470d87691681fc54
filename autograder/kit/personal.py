"""Questions that are drawn for each student: who signs an answers file, and which of a pool's questions are theirs.

The draw depends on the signature and a public salt alone: whoever grades again, anywhere and later, finds the same
questions, and so does the student, whose own file says who they are.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from typing import Any

from autograder.errors import CheckFailed
from autograder.kit.answers import answer, is_blank

__all__ = ["assert_answered", "drawn_for", "signature"]


def drawn_for(name: str, pool: Sequence[str], count: int, *, salt: str) -> tuple[str, ...]:
    """`count` of the pool's questions, those that this name draws, in the order of the pool.

    Every choice of so many is equally likely over names. Spelling of the name counts as little as in `signature`.
    Raises ValueError when the pool has fewer, or one twice.
    """
    if len(set(pool)) < len(pool) or not 0 < count <= len(pool):
        raise ValueError(f"{count} of {len(pool)} questions cannot be drawn, or one of them is there twice")
    chosen = sorted(pool, key=lambda question: _digest(salt, _plain(name), question))[:count]
    return tuple(question for question in pool if question in chosen)


def signature(answers: Any, *path: str, submitters: Sequence[str], what: str) -> str:
    """The name that stands at this place of answers.json, as one that a draw may hang on; case and blanks do not count.

    `submitters` are the names by which Gradescope knows who hands in, as `student.submitters()` gives them: it must be
    one of them. Where there is none nothing is known, and the file is believed. Raises CheckFailed("missing") for no
    name, ("malformed") for none that could be one and for another's.
    """
    said = answer(answers, *path)
    if not isinstance(said, str) or not _plain(said):
        raise CheckFailed("malformed", f"{what} must be a text")
    if submitters and _plain(said) not in {_plain(name) for name in submitters}:
        raise CheckFailed(
            "malformed",
            f"{what} in answers.json is not one by which Gradescope knows who handed this in: write yours as it stands "
            "there, and look which questions are drawn for it",
        )
    return _plain(said)


def assert_answered(answers: Any, part: str, questions: Sequence[str], *, what: str) -> None:
    """Every one of these questions of a part has an answer; which have none is said, all at once.

    Raises CheckFailed("missing"), or as `answer` does where the part itself is not there.
    """
    found = answer(answers, part)
    if not isinstance(found, dict):
        raise CheckFailed("malformed", f"answers.json must have an object at {part}")
    if blank := [question for question in questions if is_blank(found.get(question))]:
        named = "; ".join(f'"{question}"' for question in blank)
        raise CheckFailed("missing", f"of {what} these have no answer yet in answers.json: {named}")


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _digest(*words: str) -> bytes:
    """A hash of these texts, in which none runs into the next."""
    mixed = hashlib.blake2b(digest_size=16)
    for word in words:
        data = word.encode()
        mixed.update(len(data).to_bytes(8, "big") + data)
    return mixed.digest()
