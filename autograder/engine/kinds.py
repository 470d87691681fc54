"""What is not code as values: answers in JSON, a text, and the form that a script's account must have.

Answers and texts are read here, where nothing of the student's runs: a megabyte at most, in bounded depth. What a
script's worker reports is a claim of the student's program, and only what has the form is passed on.
"""

import codecs
import json
import math
import re
from pathlib import PurePosixPath
from typing import Any, NoReturn

import numpy as np

from autograder.errors import StudentError

__all__ = ["SIZE_LIMIT", "checked_script", "read_answers", "read_file", "read_text"]

SIZE_LIMIT = 1 << 20
DEPTH_LIMIT = 12
INTEGER_LIMIT = 2**63
STRINGS = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)  # an open one ends the text: no second try
MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (codecs.BOM_UTF8, "utf-8-sig"))
EVENT_LIMIT = 2000
TEXTS = ("title", "xlabel", "ylabel")


def read_file(kind: str, data: bytes, name: str) -> Any:
    """The value of a file that is only read: its `answers` or its `text`. Raises StudentError as these do."""
    return read_answers(data, name) if kind == "answers" else read_text(data, name)


def read_text(data: bytes, name: str) -> str:
    """The text of a file, line ends as newlines: UTF-8 or, with its mark, UTF-16, and what is neither as Latin-1.

    Raises StudentError("malformed") for more than SIZE_LIMIT bytes.
    """
    if len(data) > SIZE_LIMIT:
        raise StudentError("malformed", f"{_short(name)} is larger than {SIZE_LIMIT >> 20} MiB")
    encoding = next((found for mark, found in MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_answers(data: bytes, name: str) -> dict[str, Any]:
    """The object in a JSON file as plain data, strictly.

    Raises StudentError("malformed"), the reason with line and column, for anything that is no JSON object of bounded
    size and depth with each key once, finite numbers, and integers below 2⁶³.
    """
    text = read_text(data, name)
    _require_flat(text, name)
    refuse = _Refuser(text, name)
    try:
        found = json.loads(
            text,
            object_pairs_hook=refuse.pairs,
            parse_int=refuse.integer,
            parse_float=refuse.real,
            parse_constant=refuse.constant,
        )
    except json.JSONDecodeError as error:
        hint = "; it is empty" if not text.strip() else ""
        raise _malformed(f"{_short(name)} is not valid JSON: {error.msg}{hint}", text, error.pos) from None
    if not isinstance(found, dict):
        raise StudentError("malformed", f"{_short(name)} must be one object, {{ … }}, as in the template")
    return found


class _Refuser:
    """What json asks while it reads: each answer is plain, or a StudentError says where it is not."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = _short(name)

    def pairs(self, items: list[tuple[str, Any]]) -> dict[str, Any]:
        """An object of these members, each key once."""
        found: dict[str, Any] = {}
        for key, value in items:
            for text in (key, value):
                if isinstance(text, str) and not _is_unicode(text):
                    self._fail("holds half a character (\\ud800 to \\udfff)", "\\ud")
            if key in found:
                self._fail(
                    f"has the key {key[:60]!r} twice in one object", json.dumps(key, ensure_ascii=False), last=True
                )
            found[key] = value
        return found

    def integer(self, literal: str) -> int:
        """An integer that every program can hold."""
        if len(literal) > 20 or not -INTEGER_LIMIT <= int(literal) < INTEGER_LIMIT:
            self._fail(f"holds an integer of {len(literal.lstrip('-'))} digits", literal)
        return int(literal)

    def real(self, literal: str) -> float:
        """A finite number."""
        if not math.isfinite(value := float(literal)):
            self._fail(f"holds the number {literal[:30]}, which is too large", literal)
        return value

    def constant(self, literal: str) -> NoReturn:
        """NaN and the infinities are no JSON."""
        self._fail(f"holds {literal}, which is not JSON: write null for what you have no number for", literal)

    def _fail(self, what: str, literal: str, *, last: bool = False) -> NoReturn:
        at = self._text.rfind(literal) if last else self._text.find(literal)
        raise _malformed(f"{self._name} {what}", self._text, max(0, at))


def _require_flat(text: str, name: str) -> None:
    """Raises StudentError where brackets nest too deeply, before anything recurs into them."""
    depth = 0
    for found in re.finditer(r"[\[{\]}]", STRINGS.sub(lambda m: " " * len(m[0]), text)):
        depth += 1 if found[0] in "[{" else -1
        if depth > DEPTH_LIMIT:
            raise _malformed(f"{_short(name)} is nested deeper than {DEPTH_LIMIT} levels", text, found.start())


def _malformed(what: str, text: str, at: int) -> StudentError:
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return StudentError("malformed", f"{what} (line {line}, column {column})")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _short(name: str) -> str:
    return PurePosixPath(name).name


def checked_script(value: Any) -> dict[str, Any]:
    """A script's account, if it has the form of one: see docs/kinds.md. Raises StudentError("malformed") otherwise."""
    try:
        files = {_text(name): _of(int, size) for name, size in _of(dict, value["files"]).items()}
        return {
            "finished": _of(bool, value["finished"]),
            "verdict": _text(value["verdict"]),
            "error": " ".join(_text(value["error"]).split()),
            "stdout": _text(value["stdout"]),
            "files": files,
            "events": [_event(item) for item in _of(list, value["events"])[:EVENT_LIMIT]],
        }
    except (KeyError, TypeError, ValueError):
        raise StudentError("malformed", "what came back of the script is not in the form of an account of it") from None


def _event(item: Any) -> dict[str, Any]:
    kind = _text(_of(dict, item)["event"])
    if kind == "call":
        value = item["value"]
        names = {key: _text(item[key]) for key in ("name", "within")}
        return {"event": kind, **names, "value": None if value is None else _array(value, "biuf")}
    if kind != "figure":
        raise ValueError(kind)
    points, colours = _array(item["points"], "f"), _array(item["colours"], "f")
    markers = _array(item["markers"], "i")
    if points.shape != (len(points), 2) or colours.shape != (len(points), 4) or markers.shape != (len(points),):
        raise ValueError("a figure of other shapes")
    texts = {name: _text(item[name]) for name in TEXTS}
    figure = {"event": kind, "file": _text(item["file"]), "points": points, "colours": colours, "markers": markers}
    return figure | texts


def _array(value: Any, kinds: str) -> np.ndarray[Any, Any]:
    if type(value) is not np.ndarray or value.dtype.kind not in kinds:
        raise TypeError("not an array of numbers")
    return value


def _text(value: Any) -> str:
    return str(_of(str, value))


def _of(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"not a {kind.__name__}")
    return value
