"""Which properties judge a corpus entry: a script, which may run for minutes, runs for entries about it only."""

import copy
from collections.abc import Iterable
from dataclasses import replace

from autograder.audit.corpus import Entry
from autograder.engine.grader import Grader
from autograder.engine.properties import Property
from autograder.manifest import Homework

__all__ = ["asked", "grader_for"]


def asked(homework: Homework, entry: Entry, properties: Iterable[Property]) -> tuple[Property, ...]:
    """The properties that judge the entry: all, but for an entry of one problem those of scripts it is not about.

    An entry is about a script when the script is its problem, or when a property of its problem, which is no code, asks
    for the script.
    """
    return tuple(p for p in properties if entry.whole or not _runs_other_script(homework, p, entry.problem))


def grader_for(grader: Grader, entry: Entry) -> Grader:
    """The grader as if the homework had only the properties that judge the entry; it shares the other's processes."""
    view = copy.copy(grader)
    judging = asked(grader.homework, entry, grader.properties)
    view.homework = _only(grader.homework, judging)
    view.properties = tuple(p._replace(part=view.homework.parts[p.part.id]) for p in judging)
    return view


def _runs_other_script(homework: Homework, prop: Property, problem: str) -> bool:
    kinds = {name: homework.problems[name].kind for name in prop.problems}
    return "script" in kinds.values() and kinds.get(problem, "code") == "code"


def _only(homework: Homework, properties: Iterable[Property]) -> Homework:
    """The homework as if it had no other properties."""
    names = {(p.part.id, p.name) for p in properties}
    parts = {}
    for part in homework.parts.values():
        there = {name for name in part.properties if (part.id, name) in names}
        parts[part.id] = replace(
            part,
            pays={name: points for name, points in part.pays.items() if name in there},
            core=tuple(name for name in part.core if name in there),
            explains=tuple(name for name in part.explains if name in there),
        )
    return replace(homework, parts=parts)
