"""Reads what instructors decided by hand, `overrides.toml`: points, penalties, bonus, late days, extensions."""

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.errors import ManifestError, UsageError
from autograder.manifest import Homework, instant
from autograder.manifest.place import Place
from autograder.manifest.table import Table
from autograder.scoring.policy import Override, Penalty

__all__ = ["Overrides", "read_overrides"]

MOST_POINTS = 1e6


@dataclass(frozen=True)
class Overrides:
    """What was decided, by the name that each student's table has: an e-mail, a sid, or a submission's id."""

    students: Mapping[str, Override]

    def find(self, keys: Iterable[str]) -> tuple[Override | None, str]:
        """The override for a submission known by these keys; of several none counts, and a sentence says so."""
        names = sorted({key.lower() for key in keys} & self.students.keys())
        if len(names) > 1:
            return None, f"overrides for {' and '.join(names)} all fit this submission; none was used: make them one"
        return (self.students[names[0]], "") if names else (None, "")


def read_overrides(path: Path, homework: Homework) -> Overrides:
    """The file as a value. Raises UsageError where it cannot be read, ManifestError with every fault that it has."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ManifestError([f"{path.name}: not TOML: {error}"]) from None
    faults = [
        f"{path.name}: `{key}` is not a table of overrides; known is students" for key in data if key != "students"
    ]
    tables = data.get("students", {})
    if not isinstance(tables, dict):
        raise ManifestError([*faults, f'{path.name}: `students` must be tables, [students."ada@example.edu"]'])
    lines = text.splitlines()
    students: dict[str, Override] = {}
    for name, values in tables.items():
        line = next((i for i, row in enumerate(lines, 1) if _heads(row, name)), 1)
        table = Table(Place(path.name, f'students."{name}"', line), values if isinstance(values, dict) else {}, faults)
        if not isinstance(values, dict):
            table.fault("must be a table")
        if name.strip().lower() in students:
            table.fault("is there already, in other letters")
        students[name.strip().lower()] = _override(table, homework)
    if faults:
        raise ManifestError(faults)
    return Overrides(students)


def _heads(row: str, name: str) -> bool:
    """Whether a line opens the table of this student, quoted or not, or one inside it."""
    head = row.strip().lstrip("[").replace("'", '"')
    return row.strip().startswith("[") and head.startswith((f'students."{name}"', f"students.{name}"))


def _override(table: Table, homework: Homework) -> Override:
    before = table.take("late_days_before", int, -1)
    if not -1 <= before <= 366 or (before == -1 and "late_days_before" in table.values):
        table.fault(f"`late_days_before` is {before}, which is no number of late days")
    found = Override(
        points=_points(table, "points", {part.id: part.automatic for part in homework.parts.values()}),
        by_hand=_points(table, "by_hand", {part.id: part.manual for part in homework.parts.values()}),
        wrongly_tagged=table.names("wrongly_tagged"),
        penalties=_penalties(table, homework),
        bonus=table.flag("bonus") if "bonus" in table.values else None,
        late_days_before=None if before < 0 else before,
        due=_due(table),
    )
    table.known.add("bonus")
    table.close()
    for part in found.wrongly_tagged:
        _known_part(table, "wrongly_tagged", part, homework.parts)
    return found


def _points(table: Table, key: str, most: Mapping[str, float]) -> dict[str, float]:
    """Points by part, each from 0 to what the part has of this kind."""
    found = {}
    for part, value in table.take(key, dict, {}).items():
        points = _number(value)
        if not _known_part(table, key, part, most):
            continue
        if points is None or points > most[part] + 1e-9:
            table.fault(f"`{key}` of part {part} is {value!r}, which is not from 0 to {most[part]:g}")
        else:
            found[part] = points
    return found


def _penalties(table: Table, homework: Homework) -> tuple[Penalty, ...]:
    found = []
    for number, values in enumerate(table.take("penalties", list, []), 1):
        inner = table.inner(f"penalties, {number}", values)
        part, reason = inner.take("part", str, None), inner.take("reason", str, None)
        value = inner.take("points", (float, int), None)
        points = _number(value)
        inner.close()
        if "part" in inner.values:
            _known_part(inner, "part", part, homework.parts)
        if points is None:
            inner.fault(f"`points` is {value!r}, which must be 0 or more: it is taken off")
        if "reason" in inner.values and not reason.strip():
            inner.fault("`reason` must say why")
        found.append(Penalty(part, points or 0.0, reason))
    return tuple(found)


def _due(table: Table) -> datetime | None:
    table.known |= {"due", "zone"}
    value, zone = table.values.get("due"), table.take("zone", str, "")
    if value is None:
        return None
    try:
        if not isinstance(value, str | datetime):
            raise ValueError(f"{value!r} is no date and time; write 2020-11-04T23:59:00-08:00")
        return instant(value, zone).astimezone(UTC)
    except ValueError as error:
        table.fault(f"`due`: {error}")
        return None


def _known_part(table: Table, key: str, part: str, parts: Iterable[str]) -> bool:
    if part in parts:
        return True
    table.fault(f"`{key}` names part {part!r}, which is not among {', '.join(parts)}")
    return False


def _number(value: Any) -> float | None:
    """A number from 0 to MOST_POINTS, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and 0 <= value <= MOST_POINTS else None
