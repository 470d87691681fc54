"""The course's policy for a homework, the manifest's table `[policy]`: due date, late days, bonus, penalties."""

import math
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from autograder.manifest.table import Table

__all__ = ["BEYOND", "YEARS", "Bonus", "LateDays", "Policy", "instant", "read_policy"]

GRACE_S = 60.0
BEYOND = ("zero", "refuse", "report")
YEARS = range(1990, 2200)  # an instant outside is a slip of the pen, and arithmetic on it could overflow
SIGNS = ("latex",)


@dataclass(frozen=True)
class LateDays:
    """How many late days this homework may take, how many there are in all, and what comes of more.

    `beyond` is "zero" (no points, the days that were left are used up), "refuse" (no points, no day is used: an earlier
    submission may count instead) or "report" (points stay, a person decides).
    """

    homework: int
    total: int
    beyond: str = "report"


@dataclass(frozen=True)
class Bonus:
    """Points that a person confirms, never more than `cap`; `sign` is what is looked for beforehand ("": nothing)."""

    points: float
    cap: float
    reason: str
    sign: str = ""


@dataclass(frozen=True)
class Policy:
    """What the course does with the scores of one homework. `due` is an aware instant (None: nothing is ever late).

    `grace_s` seconds after it still count as on time; `tag_penalty` are points for each question tagged wrongly.
    """

    due: datetime | None = None
    grace_s: float = GRACE_S
    late: LateDays | None = None
    bonus: Bonus | None = None
    tag_penalty: float = 0.0


def instant(value: str | datetime, zone: str = "") -> datetime:
    """The moment that a text (ISO 8601) or a TOML date-time names; `zone` is for local times.

    Raises ValueError with a sentence: no date and time, naive without a zone, a zone that is not known here, a local
    time that the clocks skip or show twice, an offset that is not the zone's.
    """
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError(f"{value!r} is no date and time; write 2020-11-04T23:59:00-08:00") from None
    if read.year not in YEARS:
        raise ValueError(f"the year {read.year} is not one of a course")
    if not zone:
        if read.utcoffset() is None:
            raise ValueError(f"{read.isoformat()} does not say where: add its offset (-08:00), or a zone")
        return read
    try:
        place = ZoneInfo(zone)
    except (OSError, ValueError, KeyError):  # KeyError: no such zone; the others: a name that is a path
        raise ValueError(f"the zone {zone!r} is not known on this machine; write the offset (-08:00) instead") from None
    if read.utcoffset() is not None:
        if read.astimezone(place).utcoffset() != read.utcoffset():
            raise ValueError(f"{read.isoformat()} has another offset than {zone} at that time")
        return read.astimezone(place)
    early, late = read.replace(tzinfo=place, fold=0), read.replace(tzinfo=place, fold=1)
    if early.utcoffset() != late.utcoffset():
        raise ValueError(f"{read.isoformat()} is a time that the clocks of {zone} skip or show twice; write its offset")
    return early


def read_policy(table: Table) -> Policy:
    """The table as a value; every fault is noted in it."""
    due = _due(table)
    grace = _number(table, "grace_s", GRACE_S)
    late = _late_days(table)
    bonus = _bonus(table)
    penalty = _number(table, "tag_penalty", 0.0)
    table.close()
    if late is not None and due is None and "due" not in table.values:
        table.fault("`late_days` needs `due`: an instant such as 2020-11-04T23:59:00-08:00")
    return Policy(due, grace, late, bonus, penalty)


def _due(table: Table) -> datetime | None:
    table.known |= {"due", "zone"}
    value, zone = table.values.get("due"), table.take("zone", str, "")
    if value is None:
        return None
    if not isinstance(value, str | datetime):
        what = "a date without a time" if isinstance(value, date) else f"{value!r}, which is of the wrong type"
        table.fault(f"`due` is {what}; write 2020-11-04T23:59:00-08:00")
        return None
    try:
        return instant(value, zone)
    except ValueError as error:
        table.fault(f"`due`: {error}")
        return None


def _late_days(table: Table) -> LateDays | None:
    inner = _inner(table, "late_days")
    if inner is None:
        return None
    found = LateDays(inner.take("homework", int, None), inner.take("total", int, None), inner.take("beyond", str, None))
    inner.close()
    for key, days in (("homework", found.homework), ("total", found.total)):
        if not 0 <= days <= 366:
            inner.fault(f"`{key}` is {days}, which is no number of late days")
    if found.beyond not in BEYOND and "beyond" in inner.values:
        inner.fault(f"`beyond` is {found.beyond!r}, which is not among {', '.join(BEYOND)}")
    return found


def _bonus(table: Table) -> Bonus | None:
    inner = _inner(table, "bonus")
    if inner is None:
        return None
    points = _number(inner, "points", None)
    found = Bonus(points, _number(inner, "cap", points), inner.take("reason", str, None), inner.take("sign", str, ""))
    inner.close()
    if found.sign and found.sign not in SIGNS:
        inner.fault(f"`sign` is {found.sign!r}, which is not among {', '.join(SIGNS)}")
    return found


def _inner(table: Table, key: str) -> Table | None:
    if key not in table.values:
        table.known.add(key)
        return None
    return table.inner(key)


def _number(table: Table, key: str, default: float | None) -> float:
    """A finite number that is not negative."""
    value = float(table.take(key, (float, int), default))
    if not (math.isfinite(value) and 0 <= value < 1e6):
        table.fault(f"`{key}` is {value:g}, which must be 0 or more")
        return default or 0.0
    return value
