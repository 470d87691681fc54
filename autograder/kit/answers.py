"""Claims about answers.json: an answer by its place in the file, and what it must say."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from autograder.errors import CheckFailed

__all__ = [
    "answer",
    "assert_choice",
    "assert_choices",
    "assert_number",
    "is_blank",
    "read_choice",
    "read_choices",
    "read_number",
]

SHOWN = 80
JOINS = re.compile(r"[\s_\-\u2010-\u2015\u2212]+")  # blanks, and what keyboards and editors make of a hyphen
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


def read_choice(value: Any, *, among: Sequence[Any], what: str) -> Any:
    """The one of these options that the answer names; case and what joins words (dashes, _, blank) do not count.

    `among` are texts, or booleans (then "true" and "yes" count too). Raises CheckFailed("malformed") for none of them,
    and ValueError for two options that read alike.
    """
    known = {_plain(option): option for option in among}
    if len(known) < len(among):
        raise ValueError(f"of {among!r} two read alike")
    if all(isinstance(option, bool) for option in among):
        known |= {"yes": True, "no": False, "1": True, "0": False}
    said = value if isinstance(value, str | bool) else None
    if said is None or _plain(said) not in known:
        raise CheckFailed("malformed", f"{what} must be one of {_options(among)}", got=_shown(value))
    return known[_plain(said)]


def read_choices(value: Any, *, among: Sequence[str], what: str) -> frozenset[str]:
    """The options that the answer names: a list of texts in any order, or one text that separates them by commas.

    Spelling counts as little as in `read_choice`. Raises CheckFailed("malformed") for anything else.
    """
    items = value.split(",") if isinstance(value, str) else value
    known = {_plain(option): option for option in among}
    if not isinstance(items, list) or not all(isinstance(item, str) and _plain(item) in known for item in items):
        raise CheckFailed("malformed", f"{what} must be a list of names out of {_options(among)}", got=_shown(value))
    return frozenset(known[_plain(item)] for item in items)


def read_number(value: Any, *, what: str) -> float:
    """The answer as a finite number; a text that is one counts. Raises CheckFailed("malformed"); true is no number."""
    if isinstance(value, str) and NUMBER.match(value):
        value = float(value.replace("−", "-").replace("_", ""))
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < float("inf"):
        raise CheckFailed("malformed", f"{what} must be a number", got=_shown(value))
    return float(value)


def assert_choice(value: Any, expected: Any, *, among: Sequence[Any], what: str) -> None:
    """The answer is the expected one of these, read as `read_choice` does.

    Raises CheckFailed: "malformed" for what is none of them, "wrong" for another one; which is expected stands only in
    what a public check shows.
    """
    if expected not in among:
        raise ValueError(f"{expected!r} is not among {among!r}")
    if read_choice(value, among=among, what=what) != expected:
        raise CheckFailed("wrong", f"{what} is not right", got=_shown(value), expected=_shown(expected))


def assert_choices(value: Any, expected: Iterable[str], *, among: Sequence[str], what: str) -> None:
    """The answer names exactly the expected ones of these, read as `read_choices` does.

    Raises CheckFailed: "malformed" for what is no list of such names, "wrong" for other ones.
    """
    wanted = frozenset(expected)
    if not wanted <= set(among):
        raise ValueError(f"{sorted(wanted)} is not among {among!r}")
    if read_choices(value, among=among, what=what) != wanted:
        reason = f"{what} names too many, too few or others than it should"
        raise CheckFailed("wrong", reason, got=_shown(value), expected=_options(sorted(wanted)))


def assert_number(value: Any, expected: float, *, atol: float, what: str) -> None:
    """The answer is a number, or a text that is one, at most `atol` from the expected one.

    Raises CheckFailed: "malformed" as `read_number` does, "wrong" for another one.
    """
    found = read_number(value, what=what)
    if not abs(found - expected) <= atol:
        raise CheckFailed(
            "wrong", f"{what} is not right to within {atol:g}", got=f"{found:.10g}", expected=f"{expected:.10g}"
        )


def _options(among: Iterable[Any]) -> str:
    return ", ".join(_shown(option) for option in among)


def _plain(option: Any) -> str:
    return JOINS.sub(" ", unicodedata.normalize("NFKC", str(option))).strip().casefold()


def _place(path: tuple[str | int, ...]) -> str:
    """A place as a person finds it: 2f > i > entry 3."""
    return " > ".join(f"entry {key + 1}" if isinstance(key, int) else key for key in path) or "its top"


def _shown(value: Any) -> str:
    words = {True: "true", False: "false", None: "null"}
    text = words[value] if value is None or isinstance(value, bool) else repr(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
