"""The way of a submission: intake, stage, start, run, score, adjust, write; plain functions of what came before."""

import contextlib
import hashlib
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec

from autograder import __version__
from autograder.engine.bank import LOCKED
from autograder.engine.bonus import latex_signs
from autograder.engine.collaborators import collaborators_note
from autograder.engine.grader import Grader
from autograder.engine.overrides import Overrides
from autograder.engine.run import Replay, hidden_checks, public_checks
from autograder.engine.sandbox import level_of
from autograder.engine.session import Sessions
from autograder.engine.submission import Submission
from autograder.errors import InternalFault, SubmissionUnusable
from autograder.manifest import Homework
from autograder.scoring.adjust import adjusted
from autograder.scoring.gradescope import Results, results_of
from autograder.scoring.gradescope import write as write_results
from autograder.scoring.policy import Facts, Handed
from autograder.scoring.rubric import PartScore, score_homework
from autograder.scoring.stored import STORED, Stored, checks_of, store, trimmed
from autograder.scoring.verdict import Check

__all__ = ["STEPS", "Run", "facts_of", "grade", "rubric_of", "scored"]

NOTHING = "nothing was handed in that could be graded: none of the homework's files is there"

EMPTY = Submission("", {})


@dataclass(frozen=True)
class Run:
    """One submission on its way; every step fills in what it is named for.

    `handed` is what Gradescope knows of it, `overrides` what instructors decided; None where there is no such file.
    """

    grader: Grader
    path: Path
    target: Path | None = None
    handed: Handed | None = None
    overrides: Overrides | None = None
    submission: Submission = EMPTY
    unusable: str = ""
    notes: tuple[str, ...] = ()
    public: Sessions = field(default_factory=Sessions)
    hidden: Sessions = field(default_factory=Sessions)
    checks: tuple[Check, ...] = ()
    scores: tuple[PartScore, ...] = ()
    results: Results = field(default_factory=lambda: Results(0.0, []))

    @property
    def homework(self) -> Homework:
        """The homework that is graded."""
        return self.grader.homework


def grade(
    grader: Grader,
    path: Path,
    target: Path | None = None,
    *,
    handed: Handed | None = None,
    overrides: Overrides | None = None,
) -> Run:
    """Takes one submission through every step; `target` is where the results file goes (None: nowhere)."""
    started = time.monotonic()
    run = Run(grader, path, target, handed, overrides)
    try:
        for step in STEPS:
            run = step(run)
    finally:
        run.public.close()
        run.hidden.close()
    timed = msgspec.structs.replace(run.results, execution_time=round(time.monotonic() - started, 2))
    return write(replace(run, results=timed))


def intake(run: Run) -> Run:
    """Reads what was handed in; a submission that cannot be read is graded as if nothing had been."""
    try:
        submission = run.grader.intake(run.path)
    except SubmissionUnusable as error:
        return replace(run, submission=Submission(run.path.name, {}), unusable=str(error), notes=(str(error),))
    return replace(run, submission=submission, notes=submission.notes)


def stage(run: Run) -> Run:
    """Finds each problem's file in the submission; says where it had to choose, and which files are not there."""
    located = [run.submission.locate(problem.file) for problem in run.homework.problems.values()]
    wanted = dict.fromkeys([*(problem.file for problem in run.homework.problems.values()), *run.homework.files])
    absent = [file for file in wanted if run.submission.locate(file).path is None]
    unusable = run.unusable or ("" if any(found.path for found in located) else NOTHING)
    chosen = tuple(dict.fromkeys(found.note for found in located if found.note and found.path))
    said = (unusable,) if unusable != run.unusable else ()
    if absent and not unusable:
        said = (f"not among your files: {', '.join(absent)}",)
    named = tuple(filter(None, (collaborators_note(run.submission, tuple(wanted)),)))
    return replace(run, unusable=unusable, notes=run.notes + chosen + said + named)


def start(run: Run) -> Run:
    """Opens the sessions; workers start with their first call."""
    public, hidden = run.grader.sessions(run.submission, run.handed.people if run.handed is not None else ())
    return replace(run, public=public, hidden=hidden)


def run_properties(run: Run) -> Run:
    """Every property of every part: all public cases, then on fresh workers the hidden ones; no process is left."""
    grader = run.grader
    parts = [part for part in run.homework.parts.values() if part.id in grader.parts]
    mine = {part.id: {prop.name: prop for prop in grader.properties if prop.part.id == part.id} for part in parts}
    public = Replay(grader.banks.public, run.public, grader.reference, public=True)
    known = {part.id: public_checks(part, mine[part.id], public) for part in parts}
    run.public.close()
    if grader.banks.hidden is None:
        raise InternalFault("there is no hidden bank to grade with")
    hidden = Replay(grader.banks.hidden, run.hidden, grader.reference, public=False, before=public.bank)
    checks = [hidden_checks(part, mine[part.id], hidden, known[part.id]) for part in parts]
    run.hidden.close()
    notes = run.notes + run.public.notes
    return replace(run, checks=tuple(check for found in checks for check in found.values()), notes=notes)


def score(run: Run) -> Run:
    """Points and results from the checks; a part that was not asked for has no row."""
    stored = store(map(trimmed, run.checks), run.grader.parts, run.notes)
    scores, results = scored(run.homework, stored, _stamp(run))
    return replace(run, scores=scores, results=results)


def scored(homework: Homework, stored: Stored, stamp: dict[str, Any]) -> tuple[tuple[PartScore, ...], Results]:
    """Scores and results of checks as they are stored, by the homework's rubric; `stamp` says how they were made."""
    every = score_homework(homework, checks_of(stored))
    scores = tuple(s for s in every if s.part.id in stored.parts or not s.part.pays)
    extra = {**stamp, STORED: msgspec.to_builtins(stored)}
    return scores, results_of(scores, notes=[stored.notes] if stored.notes else (), extra=extra)


def adjust(run: Run) -> Run:
    """The course's policy on top of the scores; without metadata and overrides only what staff are told changes."""
    if run.handed is None and run.overrides is None:
        return replace(run, results=adjusted(run.results, run.homework, Facts()))
    keys = (run.handed.keys if run.handed is not None else ()) or (run.submission.id,)
    override, conflict = run.overrides.find(keys) if run.overrides is not None else (None, "")
    facts = Facts(run.handed, override, keys, conflict)
    bonus = run.homework.policy.bonus if run.homework.policy is not None else None
    if bonus is not None and bonus.sign:
        signs, unread = latex_signs(lambda: run.grader.zygote(run.submission), run.submission)
        facts = msgspec.structs.replace(facts, signs=signs, unread=unread)
    return replace(run, results=adjusted(run.results, run.homework, facts_of(facts)))


def facts_of(facts: Facts) -> Facts:
    """The facts as they read once they were stored."""
    return msgspec.convert(msgspec.to_builtins(facts), Facts)


def write(run: Run) -> Run:
    """Writes the results file, last of all."""
    if run.target is not None:
        write_results(run.target, run.results)
    return run


STEPS: tuple[Callable[[Run], Run], ...] = (intake, stage, start, run_properties, score, adjust)


def rubric_of(homework: Homework) -> str:
    """The hash of the homework's manifest."""
    return hashlib.blake2b((homework.reference / "homework.toml").read_bytes(), digest_size=16).hexdigest()


@cache
def environment() -> str:
    """Python and the libraries that numbers come from, as they are installed here: "python==3.11.7 numpy==2.4.6"."""
    found = [f"python=={platform.python_version()}"]
    for name in LOCKED:
        with contextlib.suppress(PackageNotFoundError):
            found.append(f"{name}=={version(name)}")
    return " ".join(found)


def _stamp(run: Run) -> dict[str, Any]:
    """What these results were made with; for staff, never shown to students."""
    banks = run.grader.banks
    return {
        "gradelbo": __version__,
        "homework": run.homework.id,
        "submission": run.submission.digest,
        "suite": banks.public.made_from.get("suite", ""),
        "bank": banks.hidden.digest if banks.hidden is not None else "",
        "public_bank": banks.public.digest,
        "rubric": rubric_of(run.homework),
        "environment": environment(),
        **_walls(run),
    }


def _walls(run: Run) -> dict[str, Any]:
    """The level and the layers at which the submission's workers ran."""
    try:
        layers = run.grader.zygote(run.submission).layers
    except InternalFault:  # no zygote starts, so nothing ran
        return {"level": "unknown", "layers": []}
    return {"level": level_of(layers), "layers": sorted(layers)}
