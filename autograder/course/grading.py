"""One hand-in to the verdicts that are kept of it, and those to scores; what every machine of a regrade does."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from autograder.course.handin import Handin, handed_of
from autograder.engine.grader import Grader
from autograder.engine.overrides import Overrides
from autograder.engine.pipeline import facts_of
from autograder.engine.pipeline import grade as run_pipeline
from autograder.engine.rescore import rescore
from autograder.manifest import Homework
from autograder.scoring.adjust import POLICY, adjusted
from autograder.scoring.gradescope import Results, Row
from autograder.scoring.policy import Facts, Handed
from autograder.scoring.rubric import score_homework
from autograder.scoring.stored import STORED, Stored
from autograder.scoring.verdict import Check, Verdict

__all__ = ["Graded", "Score", "facts_for", "full_results", "grade_path", "score_of", "verdicts_of"]

Verdicts = Mapping[str, Mapping[str, Verdict]]
NOBODY = Overrides({})


class Graded(msgspec.Struct, frozen=True):
    """What grading found, without a score: checks, how they were made, signs of the bonus, seconds."""

    stored: Stored
    stamp: dict[str, Any]
    signs: tuple[str, ...] | None = None
    unread: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def settled(self) -> bool:
        """Whether no fault of ours stands among the verdicts."""
        return all(check.verdict is not Verdict.INTERNAL for check in self.stored.checks)


class Score(msgspec.Struct, frozen=True):
    """Points: the total after the course's policy, the sum `raw` before it, by part (None: undecided); staff notes.

    A part that people alone grade is among the parts once they did.
    """

    total: float
    raw: float
    points: dict[str, float | None]
    staff: tuple[str, ...] = ()

    @property
    def undecided(self) -> tuple[str, ...]:
        """The parts without a score."""
        return tuple(part for part, points in self.points.items() if points is None)


def grade_path(grader: Grader, path: Path, people: tuple[str, ...] = ()) -> Graded:
    """Grades what lies at this path, once more where a fault of ours stands among the verdicts.

    `people` are the names of who hands in; () where they are not known, or decide nothing. Raises InternalFault when
    the grader could not.
    """
    graded = _grade_path(grader, path, people)
    return graded if graded.settled else _grade_path(grader, path, people)


def _grade_path(grader: Grader, path: Path, people: tuple[str, ...]) -> Graded:
    handed = Handed(keys=people) if people else None
    results = run_pipeline(grader, path, handed=handed, overrides=NOBODY).results
    extra = dict(results.extra_data)
    stored = msgspec.convert(extra.pop(STORED), Stored)
    facts = msgspec.convert(extra.pop(POLICY, {}).get("facts", {}), Facts)
    stamp = {key: value for key, value in extra.items() if key != "undecided"}
    return Graded(stored, stamp, facts.signs, facts.unread, results.execution_time or 0.0)


def verdicts_of(stored: Stored) -> dict[str, dict[str, Verdict]]:
    """Verdicts by part and property."""
    found: dict[str, dict[str, Verdict]] = {part: {} for part in stored.parts}
    for check in stored.checks:
        found.setdefault(check.part, {})[check.name] = check.verdict
    return found


def facts_for(
    handin: Handin, overrides: Overrides | None, signs: tuple[str, ...] | None = None, unread: Iterable[str] = ()
) -> Facts:
    """What the policy is applied to: the export's facts, the override that fits, signs of the bonus."""
    handed = handed_of(handin)
    if handed is None and overrides is None:
        return Facts()
    keys = handed.keys if handed is not None else (handin.id,)
    override, conflict = overrides.find(keys) if overrides is not None else (None, "")
    return Facts(handed, override, keys, conflict, signs, tuple(unread))


def score_of(homework: Homework, verdicts: Verdicts, facts: Facts) -> Score:
    """The score of these verdicts by today's manifest: that of `full_results`, without their texts.

    `verdicts` has the parts that were graded. A claim that pays today and was not checked leaves its part undecided.
    """
    checks = []
    for part in homework.parts.values():
        found = verdicts.get(part.id)
        if found is None:
            continue
        checks += [Check(part.id, name, "", found.get(name, Verdict.UNGRADED)) for name in part.pays]
        checks += [Check(part.id, name, "", found[name]) for name in part.explains if name in found]
    rows = [
        Row(
            name=score.part.id,
            number=score.part.id,
            score=None if score.earned is None or not score.part.pays else round(score.earned, 6),
            max_score=round(score.part.automatic, 6) if score.part.pays else None,
        )
        for score in score_homework(homework, checks)
        if score.part.id in verdicts or not score.part.pays
    ]
    light = Results(round(sum(row.score or 0.0 for row in rows), 6), rows)
    return _score(homework, adjusted(light, homework, facts))


def full_results(homework: Homework, graded: Graded, facts: Facts) -> Results:
    """Results as Gradescope takes them, by today's manifest: what `grade` would have written."""
    kept = {STORED: msgspec.to_builtins(graded.stored), "homework": homework.id}
    if facts != Facts():
        kept[POLICY] = {"facts": msgspec.to_builtins(facts_of(facts))}
    empty = Results(0.0, [], execution_time=graded.seconds, extra_data={**graded.stamp, **kept})
    return rescore(empty, homework).results


def _score(homework: Homework, results: Results) -> Score:
    told = results.extra_data.get(POLICY)
    raw = told["raw"] if isinstance(told, dict) else results.score
    staff = told["staff"] if isinstance(told, dict) else ()
    points = {
        row.number: row.score
        for row in results.tests
        if row.number in homework.parts and (row.score is not None or homework.parts[row.number].pays)
    }
    return Score(results.score, raw, points, tuple(staff))
