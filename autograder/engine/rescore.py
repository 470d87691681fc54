"""Results from stored checks, by today's rubric and policy; nothing of the student's runs again."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from autograder.engine.overrides import Overrides
from autograder.engine.pipeline import facts_of, rubric_of, scored
from autograder.errors import UsageError
from autograder.manifest import Homework
from autograder.scoring.adjust import POLICY, adjusted
from autograder.scoring.gradescope import Results
from autograder.scoring.policy import Facts, Handed
from autograder.scoring.stored import STORED, Kept, Stored, read_stored
from autograder.scoring.verdict import Verdict

__all__ = ["Rescored", "rescore"]

NEEDED = "this claim was not checked when the submission was graded: it has to be graded again"


class Rescored(NamedTuple):
    """The new results, and sentences for staff on what today's manifest asks that the old results cannot tell."""

    results: Results
    notes: tuple[str, ...]


def rescore(
    old: Results, homework: Homework, *, handed: Handed | None = None, overrides: Overrides | None = None
) -> Rescored:
    """The old results' checks under today's manifest, metadata and overrides; what is not given stays as it was stored.

    With nothing changed the results are the same, byte for byte. A claim that pays today and was not checked leaves its
    part undecided; a part that was not graded has no row. Raises UsageError for results of another homework, or such as
    keep no checks.
    """
    stored = read_stored(old)
    if (made_for := old.extra_data.get("homework")) != homework.id:
        raise UsageError(f"these results are of the homework {made_for!r}, not of {homework.id!r}")
    notes = list(_differences(stored, homework))
    facts = _facts(old, handed, overrides)
    stamp = {key: value for key, value in old.extra_data.items() if key not in (STORED, POLICY, "undecided")}
    _, fresh = scored(homework, _known(stored, homework), stamp | {"rubric": rubric_of(homework)})
    kept = {STORED: old.extra_data[STORED]}  # all of it, for a manifest that asks for more again
    fresh = msgspec.structs.replace(fresh, execution_time=old.execution_time, extra_data=fresh.extra_data | kept)
    return Rescored(adjusted(fresh, homework, facts), tuple(notes))


def _known(stored: Stored, homework: Homework) -> Stored:
    """The checks that today's manifest asks for; those that are missing are there as not decidable."""
    asked = {(part.id, name) for part in homework.parts.values() for name in part.properties}
    kept = [check for check in stored.checks if (check.part, check.name) in asked]
    there = {(check.part, check.name) for check in kept}
    missing = [
        Kept(part.id, name, name, Verdict.UNGRADED, NEEDED)
        for part in homework.parts.values()
        for name in part.pays
        if part.id in stored.parts and (part.id, name) not in there
    ]
    return msgspec.structs.replace(stored, checks=kept + missing)


def _differences(stored: Stored, homework: Homework) -> Iterator[str]:
    """What of today's manifest cannot be scored, and what of the old results is not asked for any more."""
    there = {(check.part, check.name) for check in stored.checks}
    for part in homework.parts.values():
        missing = [name for name in part.pays if (part.id, name) not in there]
        if missing and part.id not in stored.parts:
            yield f"part {part.id} was not graded: it cannot be scored from these results"
        elif missing:
            yield f"part {part.id}: {', '.join(missing)} was not checked: the part cannot be scored, grade it again"
    for part_id in stored.parts:
        if part_id not in homework.parts:
            yield f"part {part_id} is not in the manifest any more: its checks are left out"
    dropped = [
        f"{check.part}.{check.name}"
        for check in stored.checks
        if check.part in homework.parts and check.name not in homework.parts[check.part].properties
    ]
    if dropped:
        yield f"{', '.join(dropped)} is not in the manifest any more: left out"


def _facts(old: Results, handed: Handed | None, overrides: Overrides | None) -> Facts:
    """The stored facts, in which new metadata and new overrides take the place of the old."""
    told = old.extra_data.get(POLICY)
    try:
        facts = msgspec.convert(told["facts"], Facts) if isinstance(told, dict) and "facts" in told else Facts()
    except msgspec.ValidationError as error:
        raise UsageError(f"what these results keep for the policy is damaged: {error}") from None
    if handed is not None:
        facts = msgspec.structs.replace(facts, handed=handed, keys=handed.keys or facts.keys)
    if overrides is not None:
        override, conflict = overrides.find(facts.keys)
        if not facts.keys:
            conflict = "whose submission this is, is not known: overrides need --metadata here"
        facts = msgspec.structs.replace(facts, override=override, conflict=conflict)
    return facts_of(facts)
