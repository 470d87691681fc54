"""Claims about answers.json: an answer by its place in the file, and what it must say."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.errors import CheckFailed

__all__ = ["answer", "assert_choice", "assert_number", "is_blank"]

SHOWN = 80
NUMBER = re.compile(r"\s*[+\-−]?(\d[\d_]*(\.\d*)?|\.\d+)([eE][+\-−]?\d{1,4})?\s*\Z")


def is_blank(value: Any) -> bool:
    """Whether nothing was answered: null, an empty text, list or object, or one of nothing but such."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Mapping):
        return all(map(is_blank, value.values()))
    if isinstance(value, list | tuple):
        return all(map(is_blank, value))
    return value is None


def answer(answers: Any, *path: str | int) -> Any:
    """The answer at this place: keys of objects, numbers of places in lists (from 0).

    `answers` is what `student.answers()` gives. Raises CheckFailed("missing") where the place is not there or blank as
    in the template, CheckFailed("malformed") where something above it is no object or list.
    """
    value = answers
    for n, key in enumerate(path):
        at = _place(path[:n])
        if is_blank(value) and n:
            raise CheckFailed("missing", f"answers.json has no answer yet at {_place(path)}")
        if isinstance(key, int):
            if not isinstance(value, list):
                raise CheckFailed("malformed", f"answers.json must have a list at {at}", got=_shown(value))
            if not 0 <= key < len(value):
                raise CheckFailed("missing", f"answers.json has {len(value)} entries at {at}, and no number {key + 1}")
        elif not isinstance(value, Mapping):
            raise CheckFailed("malformed", f"answers.json must have an object at {at}", got=_shown(value))
        elif key not in value:
            raise CheckFailed("missing", f"answers.json has no key {_place(path[: n + 1])}; the template has it")
        value = value[key]
    if is_blank(value):
        raise CheckFailed("missing", f"answers.json has no answer yet at {_place(path)}")
    return value


def assert_choice(value: Any, expected: Any, *, among: Sequence[Any], what: str) -> None:
    """The answer is the expected one of these; case, blanks and what joins words (- _ blank) do not count.

    `among` are texts, or booleans (then "true" and "yes" count too). Raises CheckFailed: "malformed" for what is none
    of them, "wrong" for another one; which is expected stands only in what a public check shows.
    """
    if expected not in among:
        raise ValueError(f"{expected!r} is not among {among!r}")
    known = {_plain(option): option for option in among}
    if all(isinstance(option, bool) for option in among):
        known |= {"yes": True, "no": False, "1": True, "0": False}
    said = value if isinstance(value, str | bool) else None
    if said is None or _plain(said) not in known:
        allowed = ", ".join(_shown(option) for option in among)
        raise CheckFailed("malformed", f"{what} must be one of {allowed}", got=_shown(value))
    if known[_plain(said)] != expected:
        raise CheckFailed("wrong", f"{what} is not right", got=_shown(value), expected=_shown(expected))


def assert_number(value: Any, expected: float, *, atol: float, what: str) -> None:
    """The answer is a number, or a text that is one, at most `atol` from the expected one.

    Raises CheckFailed: "malformed" for what is no finite number (true and false are none), "wrong" for another one.
    """
    if isinstance(value, str) and NUMBER.match(value):
        value = float(value.replace("−", "-").replace("_", ""))
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < float("inf"):
        raise CheckFailed("malformed", f"{what} must be a number", got=_shown(value))
    if not abs(value - expected) <= atol:
        raise CheckFailed(
            "wrong", f"{what} is not right to within {atol:g}", got=f"{value:.10g}", expected=f"{expected:.10g}"
        )


def _plain(option: Any) -> str:
    return re.sub(r"[\s_-]+", " ", str(option)).strip().casefold()


def _place(path: tuple[str | int, ...]) -> str:
    """A place as a person finds it: 2f > i > entry 3."""
    return " > ".join(f"entry {key + 1}" if isinstance(key, int) else key for key in path) or "its top"


def _shown(value: Any) -> str:
    words = {True: "true", False: "false", None: "null"}
    text = words[value] if value is None or isinstance(value, bool) else repr(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
