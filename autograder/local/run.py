"""Replays public cases on a student's files, telling a listener what is going on."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Protocol

from autograder.engine.bank import Bank
from autograder.engine.grader import Grader
from autograder.engine.properties import Property
from autograder.engine.run import Replay
from autograder.engine.submission import Submission
from autograder.errors import UsageError
from autograder.manifest import Homework
from autograder.scoring.verdict import Check

__all__ = [
    "Listener",
    "Quiet",
    "check_submission",
    "first_cases",
    "opened",
    "public_properties",
    "scripts_of",
    "with_case",
]


class Listener(Protocol):
    """Is told about a check while it runs."""

    def starts(self, prop: Property) -> None:
        """The replay of this property begins."""

    def ends(self, check: Check) -> None:
        """This is what it came to."""


class Quiet:
    """A listener that says nothing."""

    def starts(self, prop: Property) -> None:
        """Nothing happens."""

    def ends(self, check: Check) -> None:
        """Nothing happens."""


def public_properties(grader: Grader) -> tuple[Property, ...]:
    """The grader's properties that have public cases, in the manifest's order."""
    return tuple(prop for prop in grader.properties if prop.name in prop.part.public)


@contextmanager
def opened(grader: Grader, submission: Submission, bank: Bank | None = None) -> Iterator[Replay]:
    """A replay of public cases (or of `bank`) on this submission; its workers end with the block."""
    sessions, _ = grader.sessions(submission)
    try:
        yield Replay(bank or grader.banks.public, sessions, lambda _: None, public=True)
    finally:
        sessions.close()


def check_submission(
    grader: Grader, submission: Submission, *, parts: tuple[str, ...] | None = None, listener: Listener | None = None
) -> tuple[Check, ...]:
    """The grader's public properties on a submission; `parts` leaves the other parts out."""
    wanted = [prop for prop in public_properties(grader) if parts is None or prop.part.id in parts]
    with opened(grader, submission) as replay:
        return tuple(_checks(replay, wanted, None, listener or Quiet()))


def with_case(grader: Grader, case: str, bank: Bank | None = None) -> tuple[Property, ...]:
    """The public properties that have this case; raises UsageError when there are none."""
    kept = bank or grader.banks.public
    found = tuple(prop for prop in public_properties(grader) if case in {known.id for known in kept.cases(prop)})
    if not found:
        fewer = len(grader.parts) < sum(bool(part.pays) for part in grader.homework.parts.values())
        where = f" of part {', '.join(sorted(grader.parts))}" if fewer else ""
        raise UsageError(f"no public case{where} is called {case}; take part and id from a failure's last line")
    return found


def first_cases(grader: Grader, submission: Submission) -> tuple[tuple[Check, ...], dict[str, str]]:
    """Each public property that pays on its smallest case alone, and why a problem's file cannot be graded at all.

    Those that run a script are left out: that may take minutes.
    """
    bank = grader.banks.public
    with opened(grader, submission) as replay:
        checks: list[Check] = []
        for prop in public_properties(grader):
            if prop.name in prop.part.pays and not scripts_of(grader.homework, prop):
                checks += _checks(replay, (prop,), bank.cases(prop)[0].id, Quiet())
        faults = {name: replay.sessions.fault_of(name) for name in grader.homework.problems}
    return tuple(checks), {name: fault.reason for name, fault in faults.items() if fault is not None}


def scripts_of(homework: Homework, prop: Property) -> tuple[str, ...]:
    """The files that a property has run as scripts."""
    return tuple(homework.problems[name].file for name in prop.problems if homework.problems[name].kind == "script")


def _checks(replay: Replay, wanted: Collection[Property], case: str | None, listener: Listener) -> Iterator[Check]:
    part = None
    for prop in wanted:
        if prop.part.id != part:
            part = prop.part.id
            mine = {prop.name: prop for prop in wanted if prop.part.id == part}
            replay.start_part(prop.part, mine)
        listener.starts(prop)
        check = replay.check(prop, case)
        listener.ends(check)
        yield check
