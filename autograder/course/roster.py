"""A course's list of students, a CSV of Gradescope, Canvas or one's own, and whose a folder of that name is."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from autograder.course.handin import SINGLE, Handin, Person, key_of
from autograder.errors import UsageError

__all__ = ["Roster", "read_roster"]

FILE = re.compile(rf"({'|'.join(map(re.escape, SINGLE))})\Z", re.IGNORECASE)
POSSIBLE = "points possible"  # stands where a name would
# what a column may be called, without case and blanks around it -> the field that it is
COLUMNS = {
    "name": ("name", "student", "student name", "full name"),
    "first": ("first name", "first", "given name"),
    "last": ("last name", "last", "surname", "family name"),
    "sid": ("sid", "student id", "student_id", "sis user id", "sis id"),
    "email": ("email", "e-mail", "email address", "sis login id"),
    "section": ("sections", "section", "section_name"),
}


@dataclass(frozen=True)
class Roster:
    """The rows of the file as they stand, its columns, and the person of each row."""

    columns: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()
    people: tuple[Person, ...] = ()

    def of(self, name: str) -> tuple[Person, ...]:
        """Whose a hand-in of this name is: an address, what stands before its @, a sid or a name; nobody if unsure."""
        found = self._by_name.get(key_of(name), set()) | self._by_name.get(key_of(name.replace("_", " ")), set())
        return tuple(found) if len(found) == 1 else ()

    def completed(self, handin: Handin) -> Handin:
        """The hand-in with what is known here: of nobody's whose it is, by its name; of others sid and section."""
        if not handin.people:
            whose = self.of(handin.id) or self.of(FILE.sub("", handin.id))
            return msgspec.structs.replace(handin, people=whose)
        return msgspec.structs.replace(handin, people=tuple(self._completed(person) for person in handin.people))

    def _completed(self, person: Person) -> Person:
        found = next((p for key in (person.email, person.sid) if key for p in self.of(key)), Person())
        return msgspec.structs.replace(
            person, sid=person.sid or found.sid, email=person.email or found.email, section=found.section
        )

    @cached_property
    def _by_name(self) -> Mapping[str, set[Person]]:
        found: dict[str, set[Person]] = {}
        for person in self.people:
            for text in (person.email, person.email.partition("@")[0], person.sid, person.name):
                if text:
                    found.setdefault(key_of(text), set()).add(person)
        return found


def read_roster(path: Path) -> Roster:
    """The list in this file, without rows that name nobody, as Canvas has above its students.

    Raises UsageError where it cannot be read or has no column that tells who is who.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8; save it as CSV UTF-8") from None
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="")
        columns = tuple(reader.fieldnames or ())
        rows = tuple({k: v for k, v in row.items() if isinstance(v, str)} for row in reader)
    except csv.Error as error:
        raise UsageError(f"{path} is no CSV: {error}") from None
    fields = {column: field for column in columns if (field := _field(column))}
    if not {"name", "sid", "email", "last"}.intersection(fields.values()):
        raise UsageError(f"{path} has the columns {', '.join(columns) or '(none)'}: none is a name, SID or email")
    people = [(row, _person(row, fields)) for row in rows]
    listed = [(row, who) for row, who in people if (who.name or who.sid or who.email) and key_of(who.name) != POSSIBLE]
    return Roster(columns, tuple(row for row, _ in listed), tuple(person for _, person in listed))


def _field(column: str) -> str:
    return next((field for field, names in COLUMNS.items() if key_of(column) in names), "")


def _person(row: Mapping[str, str], fields: Mapping[str, str]) -> Person:
    """The person of a row; Canvas' "Last, First" is turned round."""
    said: dict[str, str] = {}
    for column, field in fields.items():
        said.setdefault(field, " ".join(row.get(column, "").split()))
    name = said.get("name", "")
    last, comma, first = name.partition(",")
    if comma:
        name = f"{first.strip()} {last.strip()}".strip()
    name = name or " ".join(filter(None, (said.get("first"), said.get("last"))))
    return Person(name, said.get("sid", ""), said.get("email", ""), said.get("section", ""))
