"""`gradelbo grade`: one submission to results."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from autograder.commands.border import FAILED, INTERNAL, OK, UNUSABLE, friendly, known, root
from autograder.commands.level import STRICT, require_level
from autograder.errors import GradelboError, UsageError

if TYPE_CHECKING:
    from autograder.engine.overrides import Overrides
    from autograder.engine.pipeline import Run
    from autograder.manifest import Homework
    from autograder.scoring.policy import Handed

NOT_YOUR_FAULT = (
    "Grading did not finish because of a fault of the autograder. This is not your fault and not your score; "
    "the course staff can see it and will rerun it."
)

log = logging.getLogger(__name__)


class Given(NamedTuple):
    """The files that policy is applied from, where there are any."""

    metadata: Path | None
    overrides: Path | None


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--homework", help="The homework's id; not needed where there is only one.")
@click.option("--results", type=click.Path(path_type=Path), help="Where to write Gradescope's results JSON.")
@click.option(
    "--metadata", type=click.Path(path_type=Path), help="Gradescope's submission_metadata.json: applies policy."
)
@click.option("--overrides", type=click.Path(path_type=Path), help="What instructors decided by hand: overrides.toml.")
@click.option("--part", "parts", multiple=True, help="Grade only this part; may be given several times.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as one JSON object.")
@click.option("--gradescope", is_flag=True, help="Inside Gradescope: whatever happens, leave valid results and exit 0.")
@click.option(
    "--allow-level",
    type=click.Choice(["partial", "process-only"]),
    help="Grade even where submissions can be shut in only this far; `gradelbo doctor` says how far that is.",
)
@friendly
def grade(
    path: Path,
    homework: str | None,
    results: Path | None,
    metadata: Path | None,
    overrides: Path | None,
    parts: tuple[str, ...],
    as_json: bool,
    gradescope: bool,
    allow_level: str | None,
) -> int:
    """Grade one submission: a folder, an archive (zip, tar), a notebook, or a single .py file.

    With --metadata, or --overrides, the homework's policy (late days, bonus, penalties) is applied to the scores.

    Exits with 0 for full points, 1 when something failed, 3 when there was nothing to grade, 4 where submissions cannot
    be shut in, 5 for a fault of ours.

    Example: gradelbo grade handed_in/ --homework cs229-ps3 --results results.json
    """
    if not gradescope:
        run = _graded(path, homework, results, parts, allow_level or STRICT, Given(metadata, overrides))
        _report(run, as_json)
        if results is not None and not as_json:
            click.echo(f"results: {results}")
        return _exit_code(run)
    try:
        run = _graded(path, homework, results, parts, None, Given(metadata, overrides))
    except BaseException as error:  # a valid results file must survive everything, interrupts included
        log.exception("grading did not finish")
        if results is not None:
            _write_fallback(results, homework, error)
        return OK
    try:
        _report(run, as_json)
    except Exception:  # the results are written: a console that cannot print them changes nothing
        log.exception("the summary could not be printed")
    return OK


def _graded(
    path: Path,
    homework: str | None,
    results: Path | None,
    parts: tuple[str, ...],
    least: str | None,
    given: Given,
) -> "Run":
    """Grades, where submissions are shut in at least at the level `least` (None: at any).

    From the first second a results file stands that says grading did not finish.
    """
    from autograder.engine.grader import Grader
    from autograder.engine.pipeline import grade as run_pipeline
    from autograder.engine.submission import Submission
    from autograder.manifest import find_homework

    found = find_homework(root(), homework)
    wanted = known(parts, found.parts)
    if least is not None and not path.exists():
        raise UsageError(f"there is nothing at {path}; give the folder, the archive or the .py file that was handed in")
    if results is not None:
        _write_fallback(results, homework)
    handed, decided = read_given(given, found, must_exist=least is not None)
    grader = Grader(found, parts=wanted)
    try:
        if least is not None:
            require_level(grader.zygote(Submission("", {})), least)
        return run_pipeline(grader, path, results, handed=handed, overrides=decided)
    finally:
        try:
            grader.close()
        except Exception:
            log.exception("something was left behind")


def _report(run: "Run", as_json: bool) -> None:
    """Prints the results; to staff, on standard error, the level of the walls where it is not strict."""
    from autograder.scoring.adjust import staff_notes
    from autograder.scoring.gradescope import encode
    from autograder.scoring.stored import suite_notes, trimmed

    if (level := run.results.extra_data.get("level")) != STRICT:
        click.echo(f"gradelbo: for staff: this submission was shut in at level {level}; see gradelbo doctor", err=True)
    for note in (*staff_notes(run.results), *suite_notes(map(trimmed, run.checks))):
        click.echo(f"gradelbo: for staff: {note}", err=True)
    if as_json:
        click.echo(encode(run.results).decode(), nl=False)
    else:
        show(run)


def read_given(
    given: Given, homework: "Homework", *, must_exist: bool = True
) -> "tuple[Handed | None, Overrides | None]":
    """Metadata and overrides as values; raises UsageError for a file that is not there, ManifestError for faults.

    Unless metadata `must_exist`, that there is none is one more thing that the results say.
    """
    from autograder.engine.metadata import read_metadata
    from autograder.engine.overrides import read_overrides

    if must_exist and given.metadata is not None and not given.metadata.is_file():
        raise UsageError(f"there is no file {given.metadata}; leave --metadata out where there is none")
    handed = None if given.metadata is None else read_metadata(given.metadata)
    return handed, None if given.overrides is None else read_overrides(given.overrides, homework)


def _exit_code(run: "Run") -> int:
    if any(score.part.pays and score.earned is None for score in run.scores):
        return INTERNAL
    if run.unusable:
        return UNUSABLE
    full = all((score.earned or 0.0) >= score.part.automatic - 1e-9 for score in run.scores)
    return OK if full else FAILED


def show(run: "Run") -> None:
    """The scores as a table, below it why points were lost."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from autograder.scoring.message import clean, part_text

    table = Table(
        "part",
        "title",
        "score",
        "of",
        title=Text(clean(f"{run.homework.id}: {run.submission.id}")),
        title_justify="left",
    )
    rows = {row.number: row for row in run.results.tests}
    for score in run.scores:
        row = rows[score.part.id]
        none = "undecided" if score.part.pays else "by hand"
        earned = none if row.score is None else f"{row.score:g}"
        table.add_row(score.part.id, Text(score.part.title), earned, f"{row.max_score or 0.0:g}")
    total = sum(row.max_score or 0.0 for row in run.results.tests)
    table.add_row("", "total", f"{run.results.score:g}", f"{total:g}")
    console = Console()
    console.print(table)
    for note in run.notes:
        click.echo(f"  note: {clean(note)}")
    for score in run.scores:
        if lost := part_text(score, lost_only=True):
            click.echo(f"{score.part.id} {score.part.title}\n{lost}")
    for row in run.results.tests:
        if row.number not in run.homework.parts:
            click.echo(f"{row.name}\n      " + row.output.replace("\n", "\n      "))


def _write_fallback(results: Path, homework: str | None, error: BaseException | None = None) -> None:
    """Valid results without scores; written even when the manifest is what is broken."""
    from autograder.manifest import find_homework
    from autograder.scoring.gradescope import fallback, write

    try:
        parts = find_homework(root(), homework).parts.values()
        rows = [(part.id, part.title, part.automatic) for part in parts]
    except (GradelboError, OSError):  # the manifest itself may be at fault
        rows = []
    if error is not None:
        click.echo(f"gradelbo: {error!r}", err=True)
    write(results, fallback(NOT_YOUR_FAULT, rows))
