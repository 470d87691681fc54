"""What results keep so that they can be scored again without running anything: every check, trimmed; pure."""

from collections.abc import Iterable

import msgspec

from autograder.errors import UsageError
from autograder.scoring.gradescope import OUTPUT_LIMIT, Results
from autograder.scoring.message import clean, shortened
from autograder.scoring.verdict import Check, Failure, Verdict

__all__ = ["STORED", "Stored", "checks_of", "read_stored", "store", "suite_notes", "trimmed"]

STORED = "stored"  # the key of `extra_data`
VERSION = 1


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """A check with its failure, flat. What came back and what was expected is there for public cases only."""

    part: str
    name: str
    claim: str
    verdict: Verdict
    reason: str = ""
    called: str = ""
    got: str = ""
    expected: str = ""
    case: str = ""
    public: bool = False
    raised: str = ""


class Stored(msgspec.Struct, frozen=True):
    """The parts that were graded, the sentences on the submission as a whole, and the checks."""

    version: int
    parts: list[str]
    notes: str
    checks: list[Kept]


def trimmed(check: Check) -> Check:
    """The check with no more than its rows show: bounded lines, and of a hidden case neither value nor name.

    Only staff are shown what the property's own code raised, which may name a value.

    Scoring what is trimmed, and storing it, makes scoring again give the same bytes.
    """
    failure = check.failure
    claim = shortened(check.claim)
    if failure is None or check.verdict is Verdict.PASSED:
        return check._replace(claim=claim, failure=None)
    kept = Failure(
        shortened(failure.reason),
        shortened(failure.called),
        public=failure.public,
        raised=shortened(failure.raised),
    )
    if failure.public:
        kept = kept._replace(
            got=shortened(failure.got), expected=shortened(failure.expected), case=shortened(failure.case)
        )
    return check._replace(claim=claim, failure=kept)


def store(checks: Iterable[Check], parts: Iterable[str], notes: Iterable[str]) -> Stored:
    """Trimmed checks, the parts that were asked for, and the notes, as they go into the results."""
    text = clean("\n".join(notes))[:OUTPUT_LIMIT]
    kept = [msgspec.convert(_flat(check), Kept) for check in checks]
    return Stored(VERSION, sorted(parts), text, kept)


def _flat(check: Check) -> dict[str, object]:
    return {**check._asdict(), **(check.failure or Failure(""))._asdict()}


def checks_of(stored: Stored) -> tuple[Check, ...]:
    """The checks that were stored."""
    return tuple(
        Check(
            kept.part,
            kept.name,
            kept.claim,
            kept.verdict,
            None
            if kept.verdict is Verdict.PASSED
            else Failure(kept.reason, kept.called, kept.got, kept.expected, kept.case, kept.public, kept.raised),
        )
        for kept in stored.checks
    )


def suite_notes(checks: Iterable[Check]) -> list[str]:
    """For staff alone, a sentence for each of these checks in which the property's own code raised."""
    return [
        f"{check.part}.{check.name}: the property itself raised {check.failure.raised}; if what came back is right, "
        "mend that line"
        for check in checks
        if check.failure is not None and check.failure.raised
    ]


def read_stored(results: Results) -> Stored:
    """What the results keep; raises UsageError where they keep nothing that can be scored again."""
    if results.extra_data.get("internal"):
        raise UsageError("grading did not finish there: grade the submission again")
    if STORED not in results.extra_data:
        raise UsageError("these results keep no checks (they are of an earlier version): grade the submission again")
    try:
        stored = msgspec.convert(results.extra_data[STORED], Stored)
    except msgspec.ValidationError as error:
        raise UsageError(f"the checks that these results keep are damaged: {error}") from None
    if stored.version != VERSION:
        raise UsageError(f"these results keep checks in form {stored.version}, not {VERSION}: grade again")
    return stored
