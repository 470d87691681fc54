"""A run as the CSV files that Gradescope and Canvas know; no cell is one that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from autograder.course.handin import Person, key_of
from autograder.course.ledger import Entry
from autograder.course.roster import Roster
from autograder.manifest import Homework

__all__ = ["Sheet", "canvas", "gradescope"]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
POSSIBLE = "    Points Possible"


class Sheet(NamedTuple):
    """A table as text, and sentences for staff on what is not in it."""

    text: str
    notes: tuple[str, ...] = ()


def gradescope(homework: Homework, entries: Iterable[Entry], roster: Roster | None = None) -> Sheet:
    """One row a student, members of a group each, with the columns of Gradescope's own scores.

    Of a roster those who handed nothing in are there too. A part's cell is empty where it is undecided, or where a
    person has to grade it.
    """
    parts = [part for part in homework.parts.values() if part.pays]
    columns = (
        *("First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status"),
        *("Submission ID", "Submission Time", "Lateness (H:M:S)", "View Count", "Submission Count"),
        *(f"{part.id}: {part.title} ({part.automatic:g} pts)" for part in parts),
    )
    most = sum(part.automatic for part in parts)
    due = homework.policy.due if homework.policy is not None else None
    rows: list[Sequence[str]] = []
    seen: set[str] = set()
    notes = []
    for entry in entries:
        people = entry.handin.people or (Person(),)
        if not entry.handin.people:
            notes.append(f"{entry.handin.id} is nobody's that is known: its row has the submission's id only")
        for person in people:
            seen |= _keys(person)
            rows.append((*_who(person), *_what(entry, most, due), *_points(entry, [part.id for part in parts])))
    for person in roster.people if roster is not None else ():
        if seen.isdisjoint(_keys(person)):
            rows.append((*_who(person), "", f"{most:g}", "Missing", "", "", "", "0", "0", *("" for _ in parts)))
    return Sheet(_csv([columns, *rows]), tuple(notes))


def canvas(homework: Homework, entries: Iterable[Entry], roster: Roster, column: str) -> Sheet:
    """The totals for Canvas' import: the rows of its own export (`roster`), with its IDs, and one column of scores.

    `column` is the assignment as Canvas writes it, "Homework 3 (123)". Whom Canvas does not have is told, not written.
    """
    most = sum(part.automatic for part in homework.parts.values())
    columns = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", column)
    scores: dict[str, str] = {}
    by_key: dict[str, set[Person]] = {}
    for person in roster.people:
        for key in _keys(person):
            by_key.setdefault(key, set()).add(person)
    notes = []
    for entry in entries:
        if not entry.handin.people:
            notes.append(f"{entry.handin.id} is nobody's that is known: it is not in the file")
        for person in entry.handin.people:
            if entry.score is not None and entry.score.undecided:
                open_parts = ", ".join(entry.score.undecided)
                notes.append(
                    f"{entry.handin.id}: part {open_parts} is undecided by a fault of ours: no score in the file"
                )
            known = list(set().union(*(by_key.get(key, set()) for key in _keys(person))))
            if len(known) != 1:
                how = "is not in Canvas' list" if not known else "fits several rows of Canvas' list"
                notes.append(f"{person.name or person.email} ({entry.handin.id}) {how}: not in the file")
                continue
            scores |= dict.fromkeys(_keys(known[0]), _total(entry))
    rows = []
    for row, person in zip(roster.rows, roster.people, strict=True):
        if row.get("Student", "").strip() == POSSIBLE.strip():
            continue
        total = next((scores[key] for key in sorted(_keys(person)) if key in scores), "")
        rows.append((*(row.get(name, "") for name in columns[:5]), total))
    return Sheet(_csv([columns, (POSSIBLE, "", "", "", "", f"{most:g}"), *rows]), tuple(notes))


def _keys(person: Person) -> set[str]:
    """What a student is known by here: address and sid, not the name, which two may share."""
    return {key_of(text) for text in (person.email, person.sid) if text}


def _who(person: Person) -> Iterator[str]:
    first, _, last = person.name.rpartition(" ")
    yield from (first or last, last if first else "", person.sid, person.email, person.section)


def _what(entry: Entry, most: float, due: datetime | None) -> Iterator[str]:
    handin = entry.handin
    status = {"graded": "Graded", "absent": "Missing"}.get(entry.state, "Ungraded")
    yield _total(entry)
    yield f"{most:g}"
    yield "Ungraded" if entry.score is not None and entry.score.undecided else status
    yield handin.id.removeprefix("submission_")
    yield "" if handin.created_at is None else f"{handin.created_at:%Y-%m-%d %H:%M:%S %z}"
    yield "" if handin.created_at is None or due is None else _lateness(handin.created_at - due)
    yield from ("0", str(handin.earlier + 1))


def _total(entry: Entry) -> str:
    """The total as a cell; empty where there is none, or where a fault of ours leaves a part of it open."""
    return "" if entry.score is None or entry.score.undecided else f"{entry.score.total:g}"


def _lateness(late: timedelta) -> str:
    seconds = max(0, round(late.total_seconds()))
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _points(entry: Entry, parts: Iterable[str]) -> Iterator[str]:
    points: Mapping[str, float | None] = entry.score.points if entry.score is not None else {}
    for part in parts:
        value = points.get(part)
        yield "" if value is None else f"{value:g}"


def _csv(rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows([_harmless(cell) for cell in row] for row in rows)
    return written.getvalue()


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if not cell.startswith(FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell
