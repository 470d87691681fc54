"""Overrides held against a whole class: a table that could mean two students is refused, one that fits nobody told."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from autograder.course.handin import Handin, handed_of
from autograder.engine.overrides import Overrides, read_overrides
from autograder.errors import UsageError
from autograder.manifest import Homework
from autograder.scoring.policy import SUBMISSION, Override

__all__ = ["read_decisions", "require_clear", "undescribed", "unfitting"]


class Fit(NamedTuple):
    """The hand-ins that a name fits: as what a person is called by, and as the hand-in's own id."""

    persons: dict[str, Handin]
    own: dict[str, Handin]


def read_decisions(path: Path, homework: Homework) -> Overrides:
    """The overrides in this file, but for tables in which nothing was filled in; raises what `read_overrides` does."""
    found = read_overrides(path, homework).students
    return Overrides({name: override for name, override in found.items() if override != Override()})


def require_clear(overrides: Overrides, handins: Iterable[Handin]) -> None:
    """Raises UsageError where a table's name is the sid of one student and the number of another one's hand-in."""
    for name, fit in _fits(overrides, handins).items():
        others = [handin for key, handin in fit.own.items() if key not in fit.persons]
        if fit.persons and others:
            person, own = next(iter(fit.persons.values())), others[0]
            raise UsageError(
                f'overrides: [students."{name}"] is the sid of {person.names} ({person.id}) and the number of '
                f"{own.id}, handed in by {own.names}: write the address or the whole id of the one that you mean"
            )


def unfitting(overrides: Overrides, handins: Iterable[Handin]) -> tuple[str, ...]:
    """The names of the tables that fit none of these hand-ins."""
    return tuple(name for name, fit in _fits(overrides, handins).items() if not fit.persons and not fit.own)


def undescribed(overrides: Overrides, handins: Iterable[Handin]) -> tuple[str, ...]:
    """The ids of the hand-ins that no table fits, in their order."""
    handins = tuple(handins)
    described = {key for fit in _fits(overrides, handins).values() for key in (*fit.persons, *fit.own)}
    return tuple(handin.id for handin in handins if handin.id not in described)


def _fits(overrides: Overrides, handins: Iterable[Handin]) -> Mapping[str, Fit]:
    found = {name: Fit({}, {}) for name in overrides.students}
    for handin in handins:
        people = {key.lower() for person in handin.people for key in (person.email, person.sid)}
        own = {handin.id.lower()}
        if handed_of(handin) is not None:  # of others only the whole id is looked up
            own.add(handin.id.lower().removeprefix(SUBMISSION))
        for key in people & found.keys():
            found[key].persons[handin.id] = handin
        for key in own & found.keys():
            found[key].own[handin.id] = handin
    return found
