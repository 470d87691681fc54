"""Results after the course's policy: rows for its rulings, points given by hand, and the total; pure."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from autograder.manifest import Homework, Part
from autograder.scoring.gradescope import OUTPUT_LIMIT, Results, Row, undecided_note
from autograder.scoring.message import clean
from autograder.scoring.policy import Decision, Facts, Override, Ruling, decide

__all__ = ["POLICY", "adjusted", "possible", "possible_of_class", "staff_notes"]

POLICY = "policy"  # the key of `extra_data`


def adjusted(results: Results, homework: Homework, facts: Facts) -> Results:
    """The results with the homework's policy applied to these facts.

    Rulings are rows without a score: the total is the sum of the other rows changed by them, never below 0, and the
    top-level text says so. What the total was before, what changed it, what only staff should know and the facts
    themselves stand in `extra_data`, so that the same can be done again. Without policy and facts nothing changes.
    """
    if homework.policy is None and facts == Facts():
        return results
    decision = decide(homework.policy, facts)
    staff = list(decision.staff)
    rows = [_by_hand(row, homework.parts.get(row.number), facts.override, staff) for row in results.tests]
    if facts.override is not None:
        known = {row.number for row in rows}
        strange = sorted({*facts.override.points, *facts.override.by_hand} - known)
        staff += [f"an override gives points for part {part}, which is not among these results" for part in strange]
    raw = round(sum(row.score or 0.0 for row in rows), 6)
    total = round(max(0.0, raw + decision.change), 6) if decision.counts else 0.0
    told: dict[str, Any] = {
        "applied": facts.handed is not None or facts.override is not None,
        "raw": raw,
        "change": round(total - raw, 6),
        "staff": [clean(note) for note in staff],
        "facts": msgspec.to_builtins(facts),
    }
    rows += [_ruled(ruling) for ruling in decision.rulings]
    open_parts, said = _left_open(results, rows)
    output = "\n".join(filter(None, (said, _total_text(raw, total, decision))))
    return msgspec.structs.replace(
        results,
        score=total,
        tests=rows,
        output=clean(output)[:OUTPUT_LIMIT],
        extra_data={**results.extra_data, "undecided": open_parts, POLICY: told},
    )


def possible(part: Part, override: Override | None) -> float:
    """The points that a part can have: the machine's, and a person's where this override gives some."""
    given = override is not None and part.id in override.by_hand
    return round(part.automatic + (part.manual if given else 0.0), 6)


def possible_of_class(homework: Homework, overrides: Iterable[Override | None]) -> dict[str, float]:
    """The points that each part can have in a class: a person's count once they gave some to anybody."""
    given = Override(by_hand={part: 0.0 for override in overrides if override is not None for part in override.by_hand})
    return {part.id: possible(part, given) for part in homework.parts.values()}


def staff_notes(results: Results) -> Sequence[str]:
    """What the policy has to tell staff about these results."""
    found = results.extra_data.get(POLICY)
    notes = found.get("staff") if isinstance(found, dict) else None
    return [str(note) for note in notes] if isinstance(notes, list) else []


def _left_open(results: Results, rows: Sequence[Row]) -> tuple[list[str], str]:
    """The parts that are without a score still, and the text of the results that speaks of these alone."""
    before = list(results.extra_data.get("undecided", ()))
    now = [row.number for row in rows if row.number in before and row.score is None]
    if now == before:
        return before, results.output
    return now, results.output.replace(undecided_note(before), undecided_note(now)).removesuffix("\n")


def _by_hand(row: Row, part: Part | None, override: Override | None, staff: list[str]) -> Row:
    """The row of a part with the points that a person gave."""
    if part is None or override is None or (part.id not in override.points and part.id not in override.by_hand):
        return row
    score, most, said = row.score, row.max_score or 0.0, []
    if part.id in override.points:
        before = "nothing" if score is None else f"{score:g}"
        score = min(override.points[part.id], most)
        said.append(f"{score:g} of {_points(most)}: given by a person in place of the machine's {before}")
    if part.id in override.by_hand and score is None and part.pays:
        staff.append(f"part {part.id} has no score of the machine, so its points by hand are not added")
    elif part.id in override.by_hand:
        given = min(override.by_hand[part.id], part.manual)
        said.append(f"{given:g} of {_points(part.manual)}: given by a person for {part.by_hand}")
        score, most = (score or 0.0) + given, possible(part, override)
    return msgspec.structs.replace(
        row,
        score=None if score is None else round(score, 6),
        max_score=most,
        status="passed" if score is not None and score >= most - 1e-9 else "failed",
        output=clean("\n".join((*said, row.output)))[:OUTPUT_LIMIT],
    )


def _points(count: float) -> str:
    return f"{count:g} {'point' if count == 1 else 'points'}"


def _ruled(ruling: Ruling) -> Row:
    return Row(
        name=clean(ruling.title),
        number=ruling.id,
        status="passed" if ruling.in_order else "failed",
        output=clean(ruling.text)[:OUTPUT_LIMIT],
        output_format="text",
    )


def _total_text(raw: float, total: float, decision: Decision) -> str:
    """Why the total is not the sum of the parts; nothing where it is."""
    if not decision.counts:
        return f"The parts sum to {raw:g}; by the late policy this submission gets 0 (see the row on late days)."
    changes = [f"{ruling.title} {ruling.change:+g}" for ruling in decision.rulings if ruling.change]
    if not changes:
        return ""
    floor = ", and never below 0" if raw + decision.change < 0 else ""
    return f"The total is {total:g}: the parts' {raw:g}, {', '.join(changes)}{floor}."
