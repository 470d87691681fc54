"""Gradescope's submission_metadata.yml as hand-ins; what is missing or of another form costs a sentence, no more."""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, Any

from autograder.course.handin import Handin, Person
from autograder.course.yaml_records import COUNT, TEXT, records
from autograder.manifest import instant

__all__ = ["METADATA", "read_records"]

METADATA = "submission_metadata.yml"
LENGTH = 200
SUBMITTER = {"name": TEXT, "sid": TEXT, "email": TEXT}
WANTED = {
    "submitters": [SUBMITTER],
    "created_at": TEXT,
    "score": TEXT,
    "active": TEXT,
    "results": {"score": TEXT, "tests": [{"number": TEXT, "score": TEXT}]},
    "history": COUNT,
}
RUBY_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))? ?(Z|UTC|[+-]\d\d:?\d\d)?")


def read_records(stream: IO[bytes]) -> Iterator[Handin]:
    """The hand-ins in this file, in its order. Raises UsageError where it is no mapping of records."""
    for key, record in records(stream, WANTED, METADATA):
        yield _handin(key, record if isinstance(record, Mapping) else {})


def _handin(key: str, record: Mapping[str, Any]) -> Handin:
    troubles: list[str] = []
    people = tuple(_people(record.get("submitters")))
    if not people:
        troubles.append("the export names nobody for it")
    results = record.get("results") or {}
    score = _number(record.get("score"))
    if score is None:
        score = _number(results.get("score"))
    return Handin(
        id=key,
        people=people,
        created_at=_moment(record.get("created_at"), troubles),
        score=score,
        points=dict(_points(results.get("tests"))),
        earlier=record.get("history") or 0,
        troubles=tuple(troubles),
        active={"true": True, "false": False}.get(_line(record.get("active")).lower()),
    )


def _people(submitters: Any) -> Iterator[Person]:
    for one in submitters or ():
        if isinstance(one, Mapping):
            name, sid, email = (_line(one.get(field)) for field in ("name", "sid", "email"))
            if name or sid or email:
                yield Person(name, sid, email)


def _points(tests: Any) -> Iterator[tuple[str, float]]:
    for test in tests or ():
        if isinstance(test, Mapping) and (number := _line(test.get("number"))):
            score = _number(test.get("score"))
            if score is not None:
                yield number, score


def _line(value: Any) -> str:
    """A text on one line, bounded; what cannot be printed is left out."""
    text = value if isinstance(value, str) else ""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())[:LENGTH]


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _moment(value: Any, troubles: list[str]) -> datetime | None:
    """The instant in UTC; a time without offset is UTC, as everything in the export."""
    text = _line(value)
    found = RUBY_TIME.fullmatch(text)
    if not found:
        troubles.append(f"`created_at` is {text[:60]!r}, no time: when it was handed in is not known")
        return None
    day, clock, fraction, offset = found.groups()
    zone = "+00:00" if offset in (None, "Z", "UTC") else offset
    try:
        return instant(f"{day}T{clock}.{(fraction or '0')[:6].ljust(6, '0')}{zone}").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        troubles.append(f"`created_at` is not used: {error}")
        return None
