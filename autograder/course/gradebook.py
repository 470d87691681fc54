"""A run as the CSV files that Gradescope and Canvas know; no cell is one that a spreadsheet would run."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from autograder.course.counting import Claim, claims
from autograder.course.handin import Person, key_of, known_by
from autograder.course.ledger import Entry
from autograder.course.roster import Roster
from autograder.manifest import Homework
from autograder.scoring.adjust import possible_of_class
from autograder.scoring.policy import SUBMISSION

__all__ = ["Sheet", "canvas", "gradescope"]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
POSSIBLE = "    Points Possible"


class Sheet(NamedTuple):
    """A table as text, and sentences for staff on what is not in it."""

    text: str
    notes: tuple[str, ...] = ()


def gradescope(homework: Homework, entries: Iterable[Entry], roster: Roster | None = None) -> Sheet:
    """One row a student, members of a group each, with the columns of Gradescope's own scores.

    Of several hand-ins of a student the one that counts is there, and the others are told. Of a roster those who
    handed nothing in are there too. A part's cell is empty where it is undecided, or where a person has to grade it.
    Points that a person gives are possible ones once anybody was given some.
    """
    entries = list(entries)
    most_of = possible_of_class(homework, (entry.override for entry in entries))
    parts = [part for part in homework.parts.values() if part.pays or most_of[part.id]]
    columns = (
        *("First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status"),
        *("Submission ID", "Submission Time", "Lateness (H:M:S)", "View Count", "Submission Count"),
        *(f"{part.id}: {part.title} ({most_of[part.id]:g} pts)" for part in parts),
    )
    most = sum(most_of.values())
    due = homework.policy.due if homework.policy is not None else None
    made, notes = claims(entries)
    notes += _scoreless(made)
    rows: list[Sequence[str]] = []
    for person, entry, clear in made:
        told = entry if clear else entry._replace(score=None, state="internal")
        rows.append((*_who(person), *_what(told, most, due), *_points(told, [part.id for part in parts])))
    for entry in entries:
        if not entry.handin.people:
            notes.append(f"{entry.handin.id} is nobody's that is known: its row has the submission's id only")
            notes += _scoreless([Claim(Person(), entry)])
            rows.append((*_who(Person()), *_what(entry, most, due), *_points(entry, [part.id for part in parts])))
    missing, unsure = _missing(roster or Roster(), [claim.person for claim in made])
    for person in missing:
        rows.append((*_who(person), "", f"{most:g}", "Missing", "", "", "", "0", "0", *("" for _ in parts)))
    return Sheet(_csv([columns, *rows]), (*notes, *unsure))


def canvas(homework: Homework, entries: Iterable[Entry], roster: Roster, column: str) -> Sheet:
    """The totals for Canvas' import: the rows of its own export (`roster`), with its IDs, and one column of scores.

    `column` is the assignment as Canvas writes it, "Homework 3 (123)". Whom Canvas does not have, or whose row is not
    clear, is told, not written.
    """
    entries = list(entries)
    most = sum(possible_of_class(homework, (entry.override for entry in entries)).values())
    columns = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", column)
    ids = [row.get("ID", "").strip() or f"row {number}" for number, row in enumerate(roster.rows, 1)]
    by_key: dict[str, set[str]] = {}
    for person, id_ in zip(roster.people, ids, strict=True):
        for key in known_by(person):
            by_key.setdefault(key, set()).add(id_)
    made, notes = claims(entries)
    notes += [f"{e.handin.id} is nobody's that is known: it is not in the file" for e in entries if not e.handin.people]
    notes += _scoreless(made)
    given: dict[str, list[Claim]] = {}
    for claim in made:
        found = [by_key[key] for key in known_by(claim.person) if key in by_key]
        fitting = set.intersection(*found) if found else set()
        if len(fitting) == 1:
            given.setdefault(fitting.pop(), []).append(claim)
            continue
        how = "fits several rows of Canvas' list" if found else "is not in Canvas' list"
        notes.append(f"{_called(claim)} {how}: not in the file")
    for several in (several for several in given.values() if len(several) > 1):
        both = " and ".join(map(_called, several))
        notes.append(f"{both} fit one row of Canvas' list: neither is in the file")
    rows = []
    for row, id_ in zip(roster.rows, ids, strict=True):
        whose = given.get(id_, [])
        total = _total(whose[0].entry) if len(whose) == 1 and whose[0].clear else ""
        rows.append((*(row.get(name, "") for name in columns[:5]), total))
    return Sheet(_csv([columns, (POSSIBLE, "", "", "", "", f"{most:g}"), *rows]), tuple(notes))


def _scoreless(made: Iterable[Claim]) -> Iterator[str]:
    """A sentence for each hand-in that counts and has no total, a group's once: whose it is, and why."""
    for entry in {claim.entry.handin.id: claim.entry for claim in made if claim.clear}.values():
        whose = entry.handin.id if not entry.handin.people else f"{entry.handin.names} ({entry.handin.id})"
        if entry.state == "absent":
            yield f"{whose}: nothing was handed in that could be graded: no score in the file"
        elif entry.score is None:
            yield f"{whose}: {': '.join(filter(None, ('a fault of ours', entry.fault)))}: no score in the file"
        elif entry.score.undecided:
            open_parts = ", ".join(entry.score.undecided)
            yield f"{whose}: part {open_parts} is undecided by a fault of ours: no score in the file"


def _called(claim: Claim) -> str:
    return f"{claim.person.name or claim.person.email or claim.person.sid} ({claim.entry.handin.id})"


def _missing(roster: Roster, handed: Sequence[Person]) -> tuple[list[Person], list[str]]:
    """Those of the list who handed nothing in, and sentences where names alone cannot tell.

    Names count only where the list, or the hand-in, has neither address nor sid.
    """
    keys = {key for person in handed for key in known_by(person)}
    names = {key_of(person.name) for person in handed}
    only_names = {key_of(person.name) for person in handed if not known_by(person)} - {""}
    listed = Counter(key_of(person.name) for person in roster.people if not known_by(person))
    found = []
    for person in roster.people:
        own, name = known_by(person), key_of(person.name)
        if keys.isdisjoint(own) and name not in (only_names if own else names):
            found.append(person)
    twice = [name for name, count in listed.items() if count > 1 and name in names]
    unsure = "is the name of several in the list, which says nothing else of them: who of them is missing is not known"
    return found, [f"{name} {unsure}" for name in twice]


def _who(person: Person) -> Iterator[str]:
    first, _, last = person.name.rpartition(" ")
    yield from (first or last, last if first else "", person.sid, person.email, person.section)


def _what(entry: Entry, most: float, due: datetime | None) -> Iterator[str]:
    handin = entry.handin
    status = {"graded": "Graded", "absent": "Missing"}.get(entry.state, "Ungraded")
    yield _total(entry)
    yield f"{most:g}"
    yield "Ungraded" if entry.score is not None and entry.score.undecided else status
    yield handin.id.removeprefix(SUBMISSION)
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
