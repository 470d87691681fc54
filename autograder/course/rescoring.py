"""A run's verdicts under today's points and policy, as a run of its own; nothing of the students' runs."""

import hashlib
from collections.abc import Iterable

import msgspec

from autograder.course.deciding import require_clear
from autograder.course.grading import facts_for, score_of
from autograder.course.ledger import Entry, Ledger, Run
from autograder.course.pins import Pins
from autograder.engine.overrides import Overrides
from autograder.engine.pipeline import rubric_of
from autograder.errors import UsageError
from autograder.manifest import Homework
from autograder.scoring.policy import Facts

__all__ = ["kept_facts", "require_scored", "rescore_run"]

BATCH = 2000


def require_scored(run: Run, homework: Homework) -> None:
    """Raises UsageError where the manifest changed since: today's points and texts say nothing of the run's scores."""
    if run.rubric != rubric_of(homework):
        raise UsageError(f"the manifest of {homework.id} changed since run {run.id}: `gradelbo rescore` first")


def kept_facts(entry: Entry, signs: tuple[str, ...] | None = None, unread: Iterable[str] = ()) -> Facts:
    """What the policy was applied to, with the decision of then or why there was none; of the bonus what is given."""
    facts = facts_for(entry.handin, Overrides({}), signs, unread)
    return msgspec.structs.replace(facts, override=entry.override, conflict=entry.conflict)


def rescore_run(ledger: Ledger, run: Run, homework: Homework, *, overrides: Overrides | None = None) -> Run:
    """Scores every hand-in of the run again; without `overrides` what a person decided then still holds.

    With nothing changed since, the scores are the same. Raises UsageError for a run of another homework, and for
    overrides that could mean two students.
    """
    if run.homework != homework.id:
        raise UsageError(f"run {run.id} is one of {run.homework}, not of {homework.id}")
    if overrides is not None:
        require_clear(overrides, (entry.handin for entry in ledger.entries(run)))
    rubric = rubric_of(homework)
    pins = Pins(run.homework, run.suite, run.bank, run.environment, run.parts)
    decided = None if overrides is None else sorted(overrides.students.items())
    key = hashlib.blake2b(msgspec.json.encode([run.id, rubric, decided]), digest_size=16).hexdigest()
    new = ledger.begin(f"rescore {key}", pins, rubric, run.source, based_on=run.id)
    batch: list[Entry] = []
    for entry in list(ledger.entries(run)):
        batch.append(_rescored(ledger, homework, entry, overrides))
        if len(batch) == BATCH:
            ledger.enter_all(new, batch)
            batch.clear()
    ledger.enter_all(new, batch)
    ledger.finish(new)
    return ledger.run(new.id)


def _rescored(ledger: Ledger, homework: Homework, entry: Entry, overrides: Overrides | None) -> Entry:
    if entry.graded is None:
        return entry
    found = ledger.signs(entry.graded)
    facts = kept_facts(entry, *found) if overrides is None else facts_for(entry.handin, overrides, *found)
    score = score_of(homework, ledger.verdicts(entry.graded), facts)
    return entry._replace(score=score, override=facts.override, conflict=facts.conflict)
