"""Scores as Gradescope's results JSON: the format as types, the rows, and the file, written whole or not at all."""

import json
import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from autograder.errors import InternalFault
from autograder.scoring.message import clean, in_points, part_text
from autograder.scoring.rubric import PartScore

__all__ = ["OUTPUT_LIMIT", "Results", "Row", "encode", "fallback", "results_of", "undecided_note", "write"]

Visibility = Literal["visible", "hidden", "after_due_date", "after_published"]
Format = Literal["text", "html", "simple_format", "md", "ansi"]
Points = Annotated[float, msgspec.Meta(ge=0)]
OUTPUT_LIMIT = 90_000  # Gradescope cuts at 100 000 characters


class Row(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, frozen=True):
    """One test of the results: here, one part of the homework."""

    name: str
    number: str = ""
    score: Points | None = None
    max_score: Points | None = None
    name_format: Format | None = None
    status: Literal["passed", "failed"] | None = None
    output: str = ""
    output_format: Format | None = None
    visibility: Visibility | None = None
    tags: list[str] = []
    extra_data: dict[str, Any] = {}


class Results(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, frozen=True):
    """The whole file. `score` is the sum of the rows' scores, changed by what `extra_data.policy.change` says."""

    score: Points
    tests: list[Row]
    output: str = ""
    output_format: Format | None = None
    test_output_format: Format | None = None
    test_name_format: Format | None = None
    visibility: Visibility | None = None
    stdout_visibility: Visibility | None = None
    execution_time: Points | None = None
    leaderboard: list[dict[str, Any]] = []
    extra_data: dict[str, Any] = {}


def results_of(
    scores: Sequence[PartScore], *, notes: Sequence[str] = (), extra: Mapping[str, Any] | None = None
) -> Results:
    """One row for every part, in order; `notes` are sentences about the submission as a whole."""
    rows = [_row(score) for score in scores]
    undecided = [score.part.id for score in scores if score.part.pays and score.earned is None]
    total = round(sum(row.score or 0.0 for row in rows), 6)
    said = [*notes, *filter(None, (undecided_note(undecided),))]
    return Results(
        score=total,
        tests=rows,
        output=clean("\n".join(said))[:OUTPUT_LIMIT],
        output_format="text",
        test_output_format="text",
        stdout_visibility="hidden",
        extra_data={**(extra or {}), "undecided": undecided},
    )


def undecided_note(parts: Sequence[str]) -> str:
    """What students read of parts that a fault of ours leaves without a score; "" where there is none."""
    if not parts:
        return ""
    return (
        f"Part {', '.join(parts)} could not be graded because of a fault of the grader. This is not your "
        "fault; the course staff can see it and will rerun it. The total leaves it out for now."
    )


def _row(score: PartScore) -> Row:
    part = score.part
    name = clean(f"{part.id} {part.title}")
    if not part.pays:
        return Row(
            name=name,
            number=part.id,
            status="passed",
            output=f"{in_points(part.manual)}, graded by a person: {part.by_hand}",
        )
    verdicts = {line.check.name: str(line.check.verdict) for line in score.lines}
    return Row(
        name=name,
        number=part.id,
        score=None if score.earned is None else round(score.earned, 6),
        max_score=round(part.automatic, 6),
        status="passed" if score.earned is not None and score.earned >= part.automatic - 1e-9 else "failed",
        output=clean(part_text(score))[:OUTPUT_LIMIT],
        output_format="text",
        extra_data={"verdicts": verdicts},
    )


def fallback(sentence: str, rows: Sequence[tuple[str, str, float]] = ()) -> Results:
    """Valid results for a run that did not finish: every part listed without a score, and what happened.

    `rows` are (part id, title, points). Staff recognise it by `extra_data.internal`.
    """
    sentence = clean(sentence)[:OUTPUT_LIMIT]
    told = [
        Row(name=clean(f"{number} {title}"), number=clean(number), max_score=points, status="failed", output=sentence)
        for number, title, points in rows
    ]
    return Results(
        score=0.0,
        tests=told or [Row(name="Grading did not finish", number="0", status="failed", output=sentence)],
        output=sentence,
        output_format="text",
        stdout_visibility="hidden",
        extra_data={"internal": True},
    )


def encode(results: Results) -> bytes:
    """The results as JSON after a check of everything the format promises; raises InternalFault."""
    plain = msgspec.to_builtins(results)
    try:
        checked = msgspec.convert(plain, Results)
        data = json.dumps(plain, allow_nan=False, ensure_ascii=False, indent=2).encode()
    except (msgspec.ValidationError, TypeError, ValueError) as error:  # ValueError: NaN, infinity, half a surrogate
        raise InternalFault(f"the results do not fit the format: {error}") from error
    scores = [row.score for row in checked.tests if row.score is not None]
    if not math.isfinite(checked.score) or abs(sum(scores) + _change(checked) - checked.score) > 1e-5:
        raise InternalFault(f"the total {checked.score} is not the sum {sum(scores)} changed by {_change(checked):g}")
    for row in checked.tests:
        if row.score is not None and row.max_score is not None and row.score > row.max_score + 1e-9:
            raise InternalFault(f"{row.name}: {row.score} of {row.max_score} points")
    return data + b"\n"


def _change(results: Results) -> float:
    """What the course's policy says it did to the total."""
    policy = results.extra_data.get("policy")
    change = policy.get("change", 0.0) if isinstance(policy, dict) else 0.0
    return float(change) if isinstance(change, int | float) else 0.0


def write(path: Path, results: Results) -> None:
    """Writes the results so that a reader sees the old file or the new one, never half of it."""
    data = encode(results)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".results-")
    try:
        with os.fdopen(handle, "wb") as f:
            f.write(data)
            f.flush()
            os.fsync(f.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
