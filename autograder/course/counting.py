"""Which hand-in of a student counts where there are several: never the last that happens to be read; pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from autograder.course.handin import Person, key_of
from autograder.course.ledger import Entry

__all__ = ["Claim", "claims"]


class Claim(NamedTuple):
    """A student with the hand-in that counts; `clear` is False where there are several and nothing says which."""

    person: Person
    entry: Entry
    clear: bool = True


def claims(entries: Iterable[Entry]) -> tuple[list[Claim], list[str]]:
    """One claim a student, in the order of the entries, and a sentence for each student with several hand-ins.

    What Gradescope marks as active counts, else the latest. A student is known by the address, else by the sid; who has
    neither is not taken for anybody else.
    """
    found = [(person, entry) for entry in entries for person in entry.handin.people]
    addresses: dict[str, set[str]] = {}
    for person, _ in found:
        if person.sid and person.email:
            addresses.setdefault(key_of(person.sid), set()).add(key_of(person.email))
    of_one: dict[tuple[str, ...], list[tuple[Person, Entry]]] = {}
    for person, entry in found:
        of_one.setdefault(_identity(person, entry, addresses), []).append((person, entry))
    made, notes = [], []
    for several in of_one.values():
        distinct = {entry.handin.id: (person, entry) for person, entry in several}
        if len(distinct) == 1:
            made.append(Claim(*several[0]))
            continue
        best, why = _counting([one for _, one in distinct.values()])
        person, shown = several[-1] if best is None else distinct[best.handin.id]
        made.append(Claim(person, shown, best is not None))
        notes.append(_told(person, best, why, list(distinct)))
    return made, notes


def _identity(person: Person, entry: Entry, addresses: dict[str, set[str]]) -> tuple[str, ...]:
    """What two hand-ins of one student have in common."""
    if person.email:
        return ("email", key_of(person.email))
    if person.sid:
        known = addresses.get(key_of(person.sid), set())
        return ("email", next(iter(known))) if len(known) == 1 else ("sid", key_of(person.sid))
    return ("hand-in", entry.handin.id, key_of(person.name))


def _counting(entries: Sequence[Entry]) -> tuple[Entry | None, str]:
    """The one that counts, and why; None where nothing says which."""
    active = [entry for entry in entries if entry.handin.active]
    if len(active) == 1:
        return active[0], "Gradescope marks it as the active one"
    left = active or [entry for entry in entries if entry.handin.active is None] or list(entries)
    if len(left) == 1:
        return left[0], "Gradescope marks the others as not active"
    times = [entry.handin.created_at for entry in left]
    known = [moment for moment in times if moment is not None]
    if len(known) < len(times) or known.count(max(known)) > 1:
        return None, ""
    return left[times.index(max(known))], "it is the latest"


def _told(person: Person, entry: Entry | None, why: str, ids: Sequence[str]) -> str:
    name = person.name or person.email or person.sid
    if entry is None:
        return (
            f"{name} has several hand-ins, {' and '.join(ids)}, and which is the latest is not known: no score is given"
        )
    others = " and ".join(key for key in ids if key != entry.handin.id)
    return f"{name} has several hand-ins: {entry.handin.id} counts, because {why}; {others} does not"
