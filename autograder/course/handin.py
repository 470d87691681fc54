"""What is known of one hand-in before it is graded: who, when, and which points it had; values only."""

import os
from collections.abc import Mapping
from datetime import datetime

import msgspec

from autograder.members import ARCHIVE_NAMES
from autograder.scoring.policy import SUBMISSION, Handed

__all__ = ["SINGLE", "Handin", "Person", "handed_of", "key_of", "known_by", "readable", "submitters_of"]

SINGLE = (*ARCHIVE_NAMES, ".py", ".ipynb", ".py.txt")  # files that are a hand-in of their own in a plain folder


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """A student as a course list has them; what is not known is ""."""

    name: str = ""
    sid: str = ""
    email: str = ""
    section: str = ""


class Handin(msgspec.Struct, frozen=True, omit_defaults=True):
    """One submission of an export. `score` and `points` (by part) are what the export says, None and {} for nothing.

    `created_at` is aware; `earlier` counts the submissions that this one took the place of; `active` is whether
    Gradescope marks it as the one that counts (None: not told); `troubles` are sentences for staff about what could not
    be read.
    """

    id: str
    people: tuple[Person, ...] = ()
    created_at: datetime | None = None
    score: float | None = None
    points: Mapping[str, float] = {}
    earlier: int = 0
    troubles: tuple[str, ...] = ()
    active: bool | None = None

    @property
    def names(self) -> str:
        """Whose it is, for people."""
        return ", ".join(person.name or person.email or person.sid for person in self.people) or self.id


def key_of(text: str) -> str:
    """A name, address or number as it is compared: without case and spare blanks."""
    return " ".join(text.split()).casefold()


def readable(name: str) -> str:
    """The name of a file as text that can be stored: one whose bytes are no UTF-8 is read as Latin-1."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("latin-1")
    return name


def known_by(*people: Person) -> set[str]:
    """What these students are known by, as it is compared: addresses and sids, not names, which two may share."""
    return {key_of(text) for person in people for text in (person.email, person.sid) if text}


def submitters_of(handin: Handin) -> tuple[str, ...]:
    """The addresses and sids of who hands in, each once; () where nobody is known."""
    return tuple(dict.fromkeys(name for person in handin.people for name in (person.email, person.sid) if name))


def handed_of(handin: Handin) -> Handed | None:
    """The facts that a course's policy asks for; None where the export tells nothing of this hand-in.

    Overrides may know it by its id, with and without what Gradescope puts before it, and by each address and sid.
    """
    if handin.created_at is None and not handin.people:
        return None
    keys = dict.fromkeys([handin.id, handin.id.removeprefix(SUBMISSION), *submitters_of(handin)])
    return Handed(created_at=handin.created_at, keys=tuple(keys))
