"""The command `gradelbo`: parses, calls, ends with the exit code; everything heavy is imported inside a command."""

import logging
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder import __version__
from autograder.errors import GradelboError, UsageError

if TYPE_CHECKING:
    from autograder.engine.grader import Grader
    from autograder.engine.pipeline import Run

ROOT = Path(__file__).resolve().parents[1]
OK, FAILED, UNUSABLE, UNFIT, INTERNAL = 0, 1, 3, 4, 5
STRICT = "strict"
NOT_YOUR_FAULT = (
    "Grading did not finish because of a fault of the autograder. This is not your fault and not your score; "
    "the course staff can see it and will rerun it."
)

log = logging.getLogger(__name__)


def friendly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turns an error of ours into its sentence and exit code; anything else is a bug and exits with 5."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> None:
        try:
            sys.exit(command(*args, **kwargs))
        except GradelboError as error:
            click.echo(f"gradelbo: {error}", err=True)
            sys.exit(error.exit_code)
        except Exception as error:  # the border: a traceback for us, one sentence for them
            log.debug("traceback", exc_info=True)
            click.echo(f"gradelbo: internal error: {error!r}; run `gradelbo --verbose …` again and report it", err=True)
            sys.exit(INTERNAL)

    return guarded


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gradelbo")
@click.option("-v", "--verbose", is_flag=True, help="Say on standard error what is going on.")
def main(verbose: bool) -> None:
    """Grade homework on latent-variable models.

    Example: gradelbo grade handed_in/ --homework cs229-ps3 --results results.json
    """
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--homework", help="The homework's id; not needed where there is only one.")
@click.option("--results", type=click.Path(path_type=Path), help="Where to write Gradescope's results JSON.")
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
    parts: tuple[str, ...],
    as_json: bool,
    gradescope: bool,
    allow_level: str | None,
) -> int:
    """Grade one submission: a folder, or a single .py file.

    Exits with 0 for full points, 1 when something failed, 3 when there was nothing to grade, 4 where submissions cannot
    be shut in, 5 for a fault of ours.

    Example: gradelbo grade handed_in/ --homework cs229-ps3 --results results.json
    """
    if not gradescope:
        run = _graded(path, homework, results, parts, allow_level or STRICT)
        _report(run, as_json)
        if results is not None and not as_json:
            click.echo(f"results: {results}")
        return _exit_code(run)
    try:
        run = _graded(path, homework, results, parts, None)
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


@main.command()
@click.argument("parts", nargs=-1)
@click.option(
    "--path", type=click.Path(path_type=Path), default=Path(), help="The folder with your files.", show_default="here"
)
@click.option("--homework", help="The homework's id; not needed where there is only one.")
@click.option("--case", "case", help="Replay only this public case, by the id a failure shows.")
@friendly
def check(parts: tuple[str, ...], path: Path, homework: str | None, case: str | None) -> int:
    """Check your files against the public cases; nothing is handed in.

    Example: gradelbo check 2b --case 7f3a01
    """
    from autograder.engine.grader import Grader
    from autograder.engine.pipeline import check_public
    from autograder.manifest import find_homework
    from autograder.scoring.message import checks_text

    found = find_homework(ROOT, homework)
    with Grader(found, parts=_known(parts, found.parts), hidden=False) as grader:
        checks = check_public(grader, path, case)
    click.echo(checks_text(checks, lambda check: check.name in found.parts[check.part].pays))
    passed = sum(c.verdict == "passed" for c in checks)
    click.echo(f"\n{passed} of {len(checks)} public checks hold; more cases are checked after you hand in.")
    return OK if passed == len(checks) else FAILED


@main.command()
@click.argument("homework", required=False)
@click.option("--new-seed", is_flag=True, help="Draw fresh hidden cases: for a new term.")
@click.option("--compare", is_flag=True, help="Write nothing; exit 1 when a fresh bank differs from the one on disk.")
@click.option("--pinned", is_flag=True, hidden=True, help="Internal: the numerics are pinned already.")
@friendly
def freeze(homework: str | None, new_seed: bool, compare: bool, pinned: bool) -> int:
    """Draw the cases of a homework (of all, when none is named) once and record the reference's answers.

    Example: gradelbo freeze cs229-ps3
    """
    from autograder.engine.freeze import freeze_homework, in_pinned_process
    from autograder.manifest import homeworks

    if pinned:
        return freeze_homework(ROOT, homework, new_seed=new_seed, compare=compare, say=click.echo)
    wanted = [homework] if homework else homeworks(ROOT)
    return max(in_pinned_process(ROOT, name, os.environ, new_seed=new_seed, compare=compare) for name in wanted)


@main.command()
@click.argument("homework", required=False)
@click.option("--gradescope", is_flag=True, help="Also write dist/HOMEWORK-gradescope.zip for upload.")
@friendly
def build(homework: str | None, gradescope: bool) -> int:
    """Write the student template of a homework (of all, when none is named) from the reference.

    Example: gradelbo build cs229-ps3 --gradescope
    """
    from autograder.build.gradescope_zip import write_zip
    from autograder.build.template import write_template
    from autograder.manifest import find_homework, homeworks

    for name in [homework] if homework else homeworks(ROOT):
        found = find_homework(ROOT, name)
        written = write_template(found)
        if gradescope:
            written.append(write_zip(found, ROOT / "dist" / f"{found.id}-gradescope.zip"))
        for path in written:
            click.echo(path.relative_to(ROOT))
    return OK


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON object.")
@friendly
def doctor(as_json: bool) -> int:
    """Say what this machine offers for grading, each wall around submissions tried, and what to do where it lacks.

    Exits with 0 when real submissions may be graded here, with 4 otherwise.

    Example: gradelbo doctor --json
    """
    import json

    from autograder.engine.doctor import as_data, as_text, examine

    report = examine()
    click.echo(json.dumps(as_data(report), indent=2) if as_json else as_text(report))
    return OK if report.fit else UNFIT


@main.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default=ROOT / "demo", help="Where the results go.", show_default="demo/"
)
@friendly
def demo(out: Path) -> int:
    """Grade the sample submissions of cs229-ps3 and say where the results lie.

    Example: gradelbo demo --out /tmp/demo
    """
    from autograder.engine.grader import Grader
    from autograder.engine.pipeline import grade as run_pipeline
    from autograder.manifest import find_homework

    samples = ROOT / "tests" / "corpus" / "cs229_ps3" / "submissions"
    with Grader(find_homework(ROOT, "cs229-ps3")) as grader:
        for name in ("vectorised", "loops", "casual"):
            target = out / name / "results.json"
            run = run_pipeline(grader, samples / name, target)
            _show(run)
            click.echo(f"  results: {target}\n")
    return OK


def _graded(path: Path, homework: str | None, results: Path | None, parts: tuple[str, ...], least: str | None) -> "Run":
    """Grades, where submissions are shut in at least at the level `least` (None: at any).

    From the first second a results file stands that says grading did not finish.
    """
    from autograder.engine.grader import Grader
    from autograder.engine.pipeline import grade as run_pipeline
    from autograder.manifest import find_homework

    found = find_homework(ROOT, homework)
    wanted = _known(parts, found.parts)
    if least is not None and not path.exists():
        raise UsageError(f"there is nothing at {path}; give the folder or the .py file that was handed in")
    if results is not None:
        _write_fallback(results, homework)
    grader = Grader(found, parts=wanted)
    try:
        if least is not None:
            _require_level(grader, least)
        return run_pipeline(grader, path, results)
    finally:
        try:
            grader.close()
        except Exception:
            log.exception("something was left behind")


def _report(run: "Run", as_json: bool) -> None:
    """Prints the results; to staff, on standard error, the level of the walls where it is not strict."""
    from autograder.scoring.gradescope import encode

    if (level := run.results.extra_data.get("level")) != STRICT:
        click.echo(f"gradelbo: for staff: this submission was shut in at level {level}; see gradelbo doctor", err=True)
    if as_json:
        click.echo(encode(run.results).decode(), nl=False)
    else:
        _show(run)


def _require_level(grader: "Grader", least: str) -> None:
    """Raises EnvironmentUnusable where this machine shuts submissions in less than `least`."""
    from autograder.engine.sandbox import LEVELS, level_of
    from autograder.engine.submission import Submission
    from autograder.errors import EnvironmentUnusable

    level = level_of(grader.zygote(Submission("", {})).layers)
    if LEVELS.index(level) < LEVELS.index(least):
        raise EnvironmentUnusable(
            f"this machine shuts submissions in only at level {level}, not {least}: they could reach your files or "
            f"one another. `gradelbo doctor` says what is missing; --allow-level {level} grades all the same"
        )


def _exit_code(run: "Run") -> int:
    if any(score.part.pays and score.earned is None for score in run.scores):
        return INTERNAL
    if run.unusable:
        return UNUSABLE
    full = all((score.earned or 0.0) >= score.part.automatic - 1e-9 for score in run.scores)
    return OK if full else FAILED


def _show(run: "Run") -> None:
    """The scores as a table, below it why points were lost."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from autograder.scoring.message import clean, part_text

    table = Table(
        "part", "title", "score", "of", title=Text(f"{run.homework.id}: {run.submission.id}"), title_justify="left"
    )
    for score in run.scores:
        earned = "by hand" if not score.part.pays else "undecided" if score.earned is None else f"{score.earned:g}"
        table.add_row(score.part.id, Text(score.part.title), earned, f"{score.part.automatic:g}")
    table.add_row("", "total", f"{run.results.score:g}", f"{sum(s.part.automatic for s in run.scores):g}")
    console = Console()
    console.print(table)
    for note in run.notes:
        click.echo(f"  note: {clean(note)}")
    for score in run.scores:
        if lost := part_text(score, lost_only=True):
            click.echo(f"{score.part.id} {score.part.title}\n{lost}")


def _known(parts: tuple[str, ...], known: Any) -> tuple[str, ...] | None:
    unknown = [part for part in parts if part not in known]
    if unknown:
        raise UsageError(f"there is no part {', '.join(unknown)}; there are {', '.join(known)}")
    return parts or None


def _write_fallback(results: Path, homework: str | None, error: BaseException | None = None) -> None:
    """Valid results without scores; written even when the manifest is what is broken."""
    from autograder.manifest import find_homework
    from autograder.scoring.gradescope import fallback, write

    try:
        parts = find_homework(ROOT, homework).parts.values()
        rows = [(part.id, part.title, part.automatic) for part in parts]
    except (GradelboError, OSError):  # the manifest itself may be at fault
        rows = []
    if error is not None:
        click.echo(f"gradelbo: {error!r}", err=True)
    write(results, fallback(NOT_YOUR_FAULT, rows))
