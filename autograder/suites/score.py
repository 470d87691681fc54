"""From what became of each test to Gradescope's results: rows, leaderboard, total. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from autograder.scoring.gradescope import OUTPUT_LIMIT, Results, Row
from autograder.scoring.message import clean
from autograder.suites.outcome import Declared, Outcome

__all__ = ["Shown", "results_of", "worse"]

UNGRADED = (
    "This test could not be run because of a fault of the test or the grader. This is not your fault; the course staff "
    "can see it. The total leaves it out for now."
)


class Shown(NamedTuple):
    """What the suite's own runner says of all tests: JSONTestRunner's arguments."""

    visibility: str = ""
    stdout_visibility: str = ""
    prefix: str = "Test Failed: "


def results_of(
    tests: Sequence[Declared],
    outcomes: Mapping[str, Outcome],
    shown: Shown,
    *,
    told: Sequence[str] = (),
    extra: Mapping[str, Any] | None = None,
) -> tuple[Results, tuple[str, ...]]:
    """The results, and what staff should know of them. Every declared test that has points has its row."""
    rows, board, notes = [], [], list[str]()
    for test in tests:
        outcome = outcomes.get(test.id, Outcome(test.id, "ungraded", reasons=("it was not run",)))
        if test.column:
            board.append({"name": clean(test.column), "value": _value(outcome), "order": test.order})
            if outcome.value_unfit:
                notes.append(f"{test.id}: the leaderboard was given a value that is {outcome.value_unfit}")
        if outcome.how == "ungraded":
            notes.append(f"{test.id}: not graded: {' '.join(outcome.reasons)}")
        if not test.column or test.weight is not None or outcome.how != "passed":
            row, note = _row(test, outcome, shown)
            rows.append(row)
            notes += [f"{test.id}: {note}"] * bool(note)
    results = Results(
        score=round(sum(row.score or 0.0 for row in rows), 6),
        tests=rows,
        output=clean("\n".join(told))[:OUTPUT_LIMIT],
        output_format="text",
        test_output_format="text",
        visibility=shown.visibility or None,  # type: ignore[arg-type]
        stdout_visibility=shown.stdout_visibility or "hidden",  # type: ignore[arg-type]
        leaderboard=board,
        extra_data=dict(extra or {}),
    )
    return results, tuple(notes)


def worse(first: Outcome, second: Outcome) -> Outcome:
    """Of two outcomes of one test the one that earns less; what has no verdict either time has none."""
    for outcome in (first, second):
        if outcome.how == "ungraded":
            return outcome
    if first.score is not None and second.score is not None and first.score != second.score:
        return min(first, second, key=lambda outcome: outcome.score or 0.0)
    return second if first.how in ("passed", "expected") else first


def _row(test: Declared, outcome: Outcome, shown: Shown) -> tuple[Row, str]:
    """A test's row, and what of it staff should know."""
    earned, said, note = _earned(test, outcome)
    full = test.weight is None or (earned is not None and earned >= test.weight - 1e-9)
    good = outcome.how in ("passed", "expected", "left_out") and (full or outcome.how == "left_out")
    row = Row(
        name=clean(test.name)[:1000],
        number=clean(test.number),
        score=earned,
        max_score=None if earned is None and outcome.how == "left_out" else test.weight,
        status="passed" if good else "failed",
        output=clean(_output(test, outcome, shown, said))[:OUTPUT_LIMIT],
        visibility=test.visibility or None,  # type: ignore[arg-type]
        tags=[clean(tag) for tag in test.tags],
    )
    return row, note


def _earned(test: Declared, outcome: Outcome) -> tuple[float | None, str, str]:
    """Points, what the student is told about them, and what staff are. None: this test has no points, or none yet."""
    if outcome.how in ("ungraded", "left_out") or (test.weight is None and outcome.score is None):
        return None, "", ""
    most = test.weight or 0.0
    if outcome.unfit:
        return 0.0, f"The test set a score that is {outcome.unfit}: 0 points.", f"set_score got a value {outcome.unfit}"
    if outcome.score is not None:
        kept = min(max(outcome.score, 0.0), most)
        if kept == outcome.score:
            return round(kept, 6), "", ""
        return round(kept, 6), "", f"set_score got {outcome.score:g} where 0 to {most:g} can be earned; {kept:g} counts"
    if outcome.how in ("failed", "skipped", "unexpected"):
        return 0.0, "", ""
    if test.partial:
        return 0.0, "The test ended without setting a score: 0 points.", "it passed and never called set_score"
    return most, "", ""


def _value(outcome: Outcome) -> float | str | None:
    return None if outcome.value_unfit else clean(outcome.value) if isinstance(outcome.value, str) else outcome.value


def _output(test: Declared, outcome: Outcome, shown: Shown, said: str) -> str:
    """What was printed, why it failed, and what became of the score; one below the other."""
    blocks = [outcome.said.rstrip("\n")] if outcome.said else []
    if outcome.how == "ungraded":
        return UNGRADED
    if outcome.how in ("failed", "unexpected"):
        blocks += [test.hide] if test.hide else [f"{shown.prefix}{reason}" for reason in outcome.reasons]
    elif outcome.how == "skipped":
        blocks.append(test.hide or f"Not done: {' '.join(outcome.reasons)}")
    elif outcome.how == "left_out":
        blocks.append(f"Left out by the course staff: {' '.join(outcome.reasons)}")
    return "\n\n".join([*blocks, *([said] if said else [])])
