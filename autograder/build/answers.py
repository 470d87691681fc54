"""What the reference hands in besides code stays secret: no right answer, no line of a right output is handed out."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from autograder.errors import ManifestError
from autograder.manifest import Homework, Problem

__all__ = ["refuse_answers"]

LONG = 40  # characters of an answer in words that are no choice among given ones
DIGITS = 5  # of a number, the same
NUMBER = re.compile(r"\d*\.?\d+(?:[eE][+-]?\d+)?")


def refuse_answers(homework: Homework, files: Mapping[str, bytes]) -> None:
    """Raises ManifestError with every file that gives an answer or an output away.

    In JSON a right answer may not stand at its own place; in any text no long answer, no number of many digits, and no
    line with a number of many digits of what the reference's output says. What is right by chance, true or 3, may.
    """
    faults = [
        f"{path}: {what}"
        for problem in homework.problems.values()
        if not problem.runs and homework.source_of(problem).is_file()
        for path, data in sorted(files.items())
        for what in _given_away(homework, problem, path, data)
    ]
    if faults:
        raise ManifestError(faults)


def _given_away(homework: Homework, problem: Problem, path: str, data: bytes) -> Iterator[str]:
    source = homework.source_of(problem)
    if data == source.read_bytes():
        yield f"this is {source.name} as the reference hands it in"
        return
    if problem.kind == "artifact":
        return
    text = data.decode("utf-8", "replace")
    if problem.kind == "text":
        lines = {line.strip() for line in source.read_text(encoding="utf-8").splitlines() if _telling(line)}
        yield from (f"line {line!r} is one of {source.name}" for line in sorted(lines) if line in text)
        return
    right = dict(_leaves(json.loads(source.read_text(encoding="utf-8")), ()))
    if path.endswith(".json"):
        try:
            said = dict(_leaves(json.loads(text), ()))
        except ValueError:
            said = {}
        yield from (
            f"the answer at {' > '.join(at)} is filled in" for at, value in said.items() if right.get(at) == value
        )
    for at, value in right.items():
        spelt = value if isinstance(value, str) else repr(value)
        long = isinstance(value, str) and len(value) >= LONG
        if (long or (not isinstance(value, str) and _telling(spelt))) and re.search(
            rf"(?<!\w){re.escape(spelt)}(?!\w)", text
        ):
            yield f"the answer at {' > '.join(at)} stands in it"


def _leaves(value: Any, at: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value that is no object or list and not blank, by its place."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from _leaves(item, (*at, str(key)))
    elif value not in (None, ""):
        yield at, value


def _telling(line: str) -> bool:
    """Whether a number of many digits stands in a line."""
    return any(sum(c.isdigit() for c in number.split("e")[0].lstrip("0.")) >= DIGITS for number in NUMBER.findall(line))
