"""The rule from verdicts to points."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from autograder.manifest import Homework, Part
from autograder.scoring.verdict import Check, Verdict

__all__ = ["Line", "PartScore", "score_homework", "score_part"]

UNDECIDED = (Verdict.INTERNAL, Verdict.UNGRADED)


class Line(NamedTuple):
    """One property in a part's score: what it earned of what it pays, and why not when it was withheld."""

    check: Check
    earned: float
    pays: float
    withheld: str = ""


class PartScore(NamedTuple):
    """A part's points: `earned` is None when a fault of ours leaves it undecided."""

    part: Part
    earned: float | None
    lines: tuple[Line, ...]


def score_homework(homework: Homework, checks: Iterable[Check]) -> tuple[PartScore, ...]:
    """Every part of the homework in the manifest's order, whatever was checked."""
    by_part: dict[str, dict[str, Check]] = {name: {} for name in homework.parts}
    for check in checks:
        by_part[check.part][check.name] = check
    cores = {name: _core_passed(homework.parts[name], found) for name, found in by_part.items()}
    return tuple(
        score_part(part, by_part[name], {need: cores[need] for need in part.needs})
        for name, part in homework.parts.items()
    )


def score_part(part: Part, checks: Mapping[str, Check], needs: Mapping[str, bool | None]) -> PartScore:
    """A part's score from its checks; a property without a check counts as a fault of ours.

    A property that passed pays its points, unless a core property failed (and it is neither core nor independent) or a
    needed part's core did. An `internal` or `ungraded` verdict on a paying property leaves the part without a score,
    and so does a needed part that is undecided.
    """
    found = {name: checks.get(name, Check(part.id, name, name, Verdict.INTERNAL)) for name in part.pays}
    unmet = [need for need, passed in needs.items() if passed is False]
    shut = bool(part.core) and not _core_passed(part, found)
    lines = []
    for name, pays in part.pays.items():
        check = found[name]
        gated = shut and name not in part.core and name not in part.independent
        withheld = ""
        if check.verdict is Verdict.PASSED and unmet:
            withheld = f"paid only when part {', '.join(unmet)} holds"
        elif check.verdict is Verdict.PASSED and gated:
            withheld = "paid only when the part's main claim holds"
        lines.append(Line(check, pays if check.verdict is Verdict.PASSED and not withheld else 0.0, pays, withheld))
    lines += [Line(checks[name], 0.0, 0.0) for name in part.explains if name in checks]
    undecided = None in needs.values() or any(check.verdict in UNDECIDED for check in found.values())
    return PartScore(part, None if undecided else sum(line.earned for line in lines), tuple(lines))


def _core_passed(part: Part, checks: Mapping[str, Check]) -> bool | None:
    """The part's core properties hold (where none is named, all that pay); None when a fault of ours hides it."""
    verdicts = [checks[name].verdict if name in checks else Verdict.INTERNAL for name in part.core or part.pays]
    failed = any(verdict is not Verdict.PASSED and verdict not in UNDECIDED for verdict in verdicts)
    return False if failed else None if any(verdict in UNDECIDED for verdict in verdicts) else True
