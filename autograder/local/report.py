"""What public checks come to, part by part: values for the terminal and the JSON object of `check --json`."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from autograder.manifest import Homework, Part
from autograder.scoring.rubric import Line, score_homework
from autograder.scoring.verdict import Check, Failure, Verdict

__all__ = ["PartReport", "Report", "as_data", "report_of"]


class PartReport(NamedTuple):
    """One part: its public lines, and the points that no public line decides."""

    part: Part
    lines: tuple[Line, ...]
    hidden: float

    @property
    def public(self) -> float:
        """The points of the public lines."""
        return sum(line.pays for line in self.lines)

    @property
    def held(self) -> float:
        """The points of the public lines that hold, and are not withheld by the part's main claim."""
        return sum(line.earned for line in self.lines)


class Report(NamedTuple):
    """The parts that were checked, and sentences about the run as a whole."""

    homework: Homework
    parts: tuple[PartReport, ...]
    notes: tuple[str, ...] = ()

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check of every part."""
        return tuple(line.check for part in self.parts for line in part.lines)

    @property
    def fault(self) -> bool:
        """Whether a check ended with a fault of ours."""
        return any(check.verdict is Verdict.INTERNAL for check in self.checks)

    @property
    def holds(self) -> bool:
        """Whether every public check that can be decided here holds."""
        return all(check.verdict in (Verdict.PASSED, Verdict.UNGRADED) for check in self.checks)


def report_of(
    homework: Homework, checks: Iterable[Check], *, parts: Iterable[str] | None = None, notes: Iterable[str] = ()
) -> Report:
    """These parts (None: all) with their checks, scored by the rubric as far as it is public.

    Points that no public line decides are counted in `hidden`.
    """
    made = tuple(checks)
    wanted = tuple(homework.parts if parts is None else parts)
    view = replace(homework, parts={part.id: _public_part(part, made) for part in homework.parts.values()})
    found = [
        PartReport(homework.parts[score.part.id], score.lines, _hidden(homework.parts[score.part.id]))
        for score in score_homework(view, made)
        if score.part.id in wanted
    ]
    return Report(homework, tuple(found), tuple(notes))


def _public_part(part: Part, checks: tuple[Check, ...]) -> Part:
    """The part with what was checked of it and no more; it needs the parts that were checked too."""
    done = {check.name for check in checks if check.part == part.id}
    checked = {check.part for check in checks}
    return replace(
        part,
        pays={name: points for name, points in part.pays.items() if name in done},
        core=tuple(name for name in part.core if name in done),
        explains=tuple(name for name in part.explains if name in done),
        needs=tuple(need for need in part.needs if need in checked),
    )


def _hidden(part: Part) -> float:
    """Points decided after hand-in only: of properties that are not public here or not shipped at all."""
    return part.hidden + sum(points for name, points in part.pays.items() if name not in part.public)


def as_data(report: Report) -> dict[str, Any]:
    """The report as plain data, the object that `check --json` prints; docs/check-json.md describes it."""
    return {
        "homework": report.homework.id,
        "parts": [_part_data(part) for part in report.parts],
        "totals": {
            "public": _rounded(sum(part.public for part in report.parts)),
            "held": _rounded(sum(part.held for part in report.parts)),
            "hidden": _rounded(sum(part.hidden for part in report.parts)),
            "manual": _rounded(sum(part.part.manual for part in report.parts)),
        },
        "notes": list(report.notes),
    }


def _part_data(report: PartReport) -> dict[str, Any]:
    part = report.part
    return {
        "id": part.id,
        "title": part.title,
        "points": part.points,
        "public": _rounded(report.public),
        "held": _rounded(report.held),
        "hidden": _rounded(report.hidden),
        "manual": part.manual,
        "by_hand": part.by_hand,
        "lines": [_line_data(line) for line in report.lines],
    }


def _line_data(line: Line) -> dict[str, Any]:
    check, failure = line.check, line.check.failure or Failure("")
    told = {name: getattr(failure, name) for name in ("reason", "called", "got", "expected", "case")}
    head = {"property": check.name, "claim": check.claim, "pays": line.pays, "verdict": str(check.verdict)}
    return head | told | {"withheld": line.withheld}


def _rounded(points: float) -> float:
    return round(points, 6)
