"""Which parts a student means: ids in any case, or the names of problems and functions."""

import re
from difflib import get_close_matches

from autograder.errors import UsageError
from autograder.manifest import Homework

__all__ = ["choose_parts"]


def choose_parts(homework: Homework, words: tuple[str, ...]) -> tuple[str, ...] | None:
    """The ids of the parts that the words name, in the manifest's order; None, for all, without words.

    A word is a part's id, a problem's name, or a function's: then the parts whose properties call it are meant. Raises
    UsageError for any other word, with the near ones.
    """
    chosen = {part for word in words for part in _named(homework, word.strip())}
    return tuple(part for part in homework.parts if part in chosen) if words else None


def _named(homework: Homework, word: str) -> tuple[str, ...]:
    for part in homework.parts:
        if part.lower() == word.lower():
            return (part,)
    for problem in homework.problems.values():
        own = tuple(part.id for part in homework.parts.values() if problem.name in part.problems)
        if problem.name.lower() == word.lower().removesuffix(".py"):
            return own
        if word in problem.functions:
            return tuple(part for part in own if _mentions(homework, part, word)) or own
    functions = [name for problem in homework.problems.values() for name in problem.functions]
    names = [*homework.parts, *homework.problems, *functions]
    near = get_close_matches(word, names, 3, 0.5) or [name for name in names if word and name.startswith(word[0])][:3]
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    raise UsageError(f"there is no part {word}; {hint}the parts are {', '.join(homework.parts)}")


def _mentions(homework: Homework, part: str, function: str) -> bool:
    mine = homework.parts[part]
    paths = (homework.property_file(mine, name) for name in mine.problems)
    return any(re.search(rf"\b{function}\b", path.read_text(encoding="utf-8")) for path in paths if path.is_file())
