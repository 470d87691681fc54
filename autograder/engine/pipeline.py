"""The way of a submission: intake, stage, start, run, score, write; each step a plain function of what came before."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from autograder import __version__
from autograder.engine import submission as hand_in
from autograder.engine.grader import Grader
from autograder.engine.properties import Property
from autograder.engine.run import all_alike, check_property
from autograder.engine.session import Session
from autograder.engine.submission import Submission
from autograder.errors import GradelboError, InternalFault, SubmissionUnusable, UsageError
from autograder.manifest import Homework, Part
from autograder.scoring.gradescope import Results, results_of
from autograder.scoring.gradescope import write as write_results
from autograder.scoring.rubric import PartScore, score_homework
from autograder.scoring.verdict import Check, Verdict

__all__ = ["STEPS", "Run", "check_public", "grade"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Run:
    """One submission on its way; every step fills in what it is named for."""

    grader: Grader
    path: Path
    target: Path | None = None
    submission: Submission | None = None
    unusable: str = ""
    notes: tuple[str, ...] = ()
    sessions: dict[str, Session] | None = None
    checks: tuple[Check, ...] = ()
    scores: tuple[PartScore, ...] = ()
    results: Results | None = None

    @property
    def homework(self) -> Homework:
        """The homework that is graded."""
        return self.grader.homework


def grade(grader: Grader, path: Path, target: Path | None = None) -> Run:
    """Takes one submission through every step; `target` is where the results file goes (None: nowhere)."""
    started = time.monotonic()
    run = Run(grader, path, target)
    for step in STEPS[:-1]:
        run = step(run)
    assert run.results is not None, "score makes the results"
    timed = msgspec.structs.replace(run.results, execution_time=round(time.monotonic() - started, 2))
    return write(replace(run, results=timed))


def check_public(grader: Grader, path: Path, case: str | None) -> tuple[Check, ...]:
    """The public properties of a grader's parts on the files at `path`; `case` replays only that one.

    Raises SubmissionUnusable for a path that cannot be read, UsageError for a case that no public property has.
    """
    submission = hand_in.intake(path)
    sessions = {p.name: grader.session(p, submission) for p in grader.homework.problems.values()}
    public = [prop for prop in grader.properties if prop.name in prop.part.public]
    wanted = [prop for prop in public if case is None or any(c.id == case for c in grader.banks.public.cases(prop.part.id, prop.name))]
    if case is not None and not wanted:
        raise UsageError(f"no public case is called {case}; take the id from a failure's last line")
    try:
        return tuple(
            check_property(prop, sessions[prop.part.problem], grader.banks, lambda: None, only=case) for prop in wanted
        )
    finally:
        for session in sessions.values():
            session.close()


def intake(run: Run) -> Run:
    """Reads what was handed in; a submission that cannot be read is graded as if nothing had been."""
    try:
        submission = hand_in.intake(run.path)
    except SubmissionUnusable as error:
        return replace(run, submission=Submission(run.path.name, {}), unusable=str(error), notes=(str(error),))
    empty = "nothing was handed in: the folder has no file that could be graded"
    unusable = "" if submission.files else empty
    return replace(run, submission=submission, unusable=unusable, notes=submission.notes + ((empty,) if unusable else ()))


def stage(run: Run) -> Run:
    """Finds each problem's file in the submission and says where it had to choose."""
    assert run.submission is not None, "intake comes first"
    located = [run.submission.locate(problem.file) for problem in run.homework.problems.values()]
    return replace(run, notes=run.notes + tuple(found.note for found in located if found.note and found.path))


def start(run: Run) -> Run:
    """Opens a session for each problem; workers start with their first call."""
    assert run.submission is not None, "intake comes first"
    return replace(run, sessions={p.name: run.grader.session(p, run.submission) for p in run.homework.problems.values()})


def run_properties(run: Run) -> Run:
    """Every property of every part, and at the end no process of the student is left."""
    assert run.sessions is not None, "start comes first"
    checks: list[Check] = []
    try:
        for part in run.homework.parts.values():
            if any(prop.part.id == part.id for prop in run.grader.properties):
                checks += _run_part(run, part)
    finally:
        for session in run.sessions.values():
            session.close()
    return replace(run, checks=tuple(checks))


def score(run: Run) -> Run:
    """Points and results from the checks; a part that was not asked for has no row."""
    wanted = {prop.part.id for prop in run.grader.properties}
    every = score_homework(run.homework, run.checks)
    scores = tuple(s for s in every if s.part.id in wanted or not s.part.pays)
    return replace(run, scores=scores, results=results_of(scores, notes=run.notes, extra=_stamp(run)))


def write(run: Run) -> Run:
    """Writes the results file, last of all."""
    if run.target is not None and run.results is not None:
        write_results(run.target, run.results)
    return run


STEPS: tuple[Callable[[Run], Run], ...] = (intake, stage, start, run_properties, score, write)


def _run_part(run: Run, part: Part) -> list[Check]:
    """The part's checks; what only explains is run when something that pays did not pass."""
    assert run.sessions is not None, "start comes first"
    mine = {prop.name: prop for prop in run.grader.properties if prop.part.id == part.id}
    run.sessions[part.problem].start_part()
    checks = [_run_one(run, mine[name]) for name in part.pays]
    if any(check.verdict is not Verdict.PASSED for check in checks):
        checks += [_run_one(run, mine[name]) for name in part.explains]
    return checks


def _run_one(run: Run, prop: Property) -> Check:
    """One property; a fault of ours gets one more try on fresh processes, then the verdict `internal`."""
    assert run.sessions is not None, "start comes first"
    assert run.submission is not None, "intake comes first"
    problem = run.homework.problems[prop.part.problem]
    for attempt in (1, 2):
        try:
            return check_property(prop, run.sessions[problem.name], run.grader.banks, lambda: run.grader.reference(problem))
        except InternalFault as error:
            log.exception("part %s, %s: attempt %d failed", prop.part.id, prop.name, attempt)
            last: GradelboError = error
            run.grader.renew()
            for name, session in list(run.sessions.items()):
                session.abandon()
                run.sessions[name] = run.grader.session(run.homework.problems[name], run.submission)
    return all_alike([prop], Verdict.INTERNAL, str(last))[0]


def _stamp(run: Run) -> dict[str, Any]:
    """What these results were made with; for staff, never shown to students."""
    banks = run.grader.banks
    return {
        "gradelbo": __version__,
        "homework": run.homework.id,
        "submission": run.submission.digest if run.submission is not None else "",
        "suite": banks.public.made_from.get("suite", ""),
        "bank": banks.hidden.digest if banks.hidden is not None else "",
        "public_bank": banks.public.digest,
    }
