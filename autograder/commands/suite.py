"""`gradelbo suite`: an existing suite of tests on one submission."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.commands.border import FAILED, INTERNAL, NOT_YOUR_FAULT, OK, friendly, root

if TYPE_CHECKING:
    from autograder.suites.grade import Graded

LINES = 12  # of a test's output


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("submission", type=click.Path(path_type=Path), required=False)
@click.option("--results", type=click.Path(path_type=Path), help="Where to write Gradescope's results JSON.")
@click.option("--zip", "target", type=click.Path(path_type=Path), help="Write a zip for Gradescope that runs it so.")
@click.option("--module", "modules", multiple=True, help="A module that is the student's though FOLDER has one too.")
@click.option(
    "--share",
    type=click.Choice(["test", "class", "all"]),
    default="test",
    show_default=True,
    help="Which tests see what the student's code keeps in its globals: each its own, those of a class, or all.",
)
@click.option("--in-place", multiple=True, help="A function of the student's that is meant to change its arguments.")
@click.option("--test-s", default=10.0, show_default=True, help="Seconds the student's code may compute in a test.")
@click.option("--memory-mb", default=1024, show_default=True, help="Memory that the student's code may use.")
@click.option(
    "--wall-s",
    default=300.0,
    show_default=True,
    help="Seconds after which no further test is run; for the second run of some the same.",
)
@click.option("--gradescope", is_flag=True, help="Inside Gradescope: whatever happens, leave valid results and exit 0.")
@click.option(
    "--allow-level",
    type=click.Choice(["partial", "process-only"]),
    help="Grade even where submissions can be shut in only this far; `gradelbo doctor` says how far that is.",
)
@friendly
def suite(folder: Path, submission: Path | None, target: Path | None, results: Path | None, **options: Any) -> int:
    """Run the tests in FOLDER, unittest or pytest with gradescope-utils' decorators, on SUBMISSION.

    The tests run as they are; the student's code runs in a process of its own, as in `gradelbo grade`. Exits with 0 for
    full points, 1 when something failed, 2 for tests that need the student's code in their own process, 4 where
    submissions cannot be shut in, 5 when a test could not be graded.

    Example: gradelbo suite autograder_source/ handed_in/ --results results.json
    """
    from autograder.errors import UsageError
    from autograder.scoring.gradescope import fallback, write

    if target is not None:
        click.echo(_packed(folder, target, options))
        if submission is None:
            return OK
    if submission is None:
        raise UsageError("give the submission too, or --zip to write a zip for Gradescope")
    if results is not None:
        write(results, fallback(NOT_YOUR_FAULT))
    try:
        graded = _graded(folder, submission, options)
        if results is not None:
            write(results, graded.results)
        _print(graded)
    except BaseException as error:
        if not options["gradescope"]:
            raise
        click.echo(f"gradelbo: {error!r}", err=True)
        return OK
    if options["gradescope"]:
        return OK
    if graded.undecided:
        return INTERNAL
    return FAILED if any(row.status != "passed" for row in graded.results.tests) else OK


def _graded(folder: Path, submission: Path, options: dict[str, Any]) -> "Graded":
    from autograder.suites.grade import grade_suite, order_for
    from autograder.suites.talk import Limits

    order = order_for(
        folder,
        submission,
        limits=Limits(options["test_s"], options["memory_mb"], options["wall_s"]),
        level="" if options["gradescope"] else options["allow_level"] or "strict",
        share=options["share"],
        in_place=options["in_place"],
        modules=options["modules"],
    )
    return grade_suite(order)


def _packed(folder: Path, target: Path, options: dict[str, Any]) -> Path:
    """Writes the zip that runs the suite with these options; raises UsageError for a suite that cannot run so."""
    from autograder.build.suite_zip import write_suite_zip
    from autograder.suites.grade import require_runnable

    require_runnable(folder, options["modules"])
    words = ["--share", options["share"]]
    words += [
        word
        for name in ("test_s", "memory_mb", "wall_s")
        for word in (f"--{name.replace('_', '-')}", str(options[name]))
    ]
    named = [("--module", name) for name in options["modules"]] + [("--in-place", name) for name in options["in_place"]]
    words += [word for pair in named for word in pair]
    return write_suite_zip(root(), folder.resolve(), words, target)


def _print(graded: "Graded") -> None:
    """The rows, why points were lost, and what staff should know."""
    for note in graded.notes:
        click.echo(f"gradelbo: for staff: {note}", err=True)
    for row in graded.results.tests:
        points = "" if row.score is None else f"{row.score:g} / {row.max_score or 0:g}"
        click.echo(f"{'ok' if row.status == 'passed' else '--'}  {points:<10} {row.name}")
        if row.status != "passed":
            click.echo("".join(f"      {line}\n" for line in row.output.splitlines()[:LINES]), nl=False)
    total = sum(row.max_score or 0.0 for row in graded.results.tests)
    click.echo(f"total {graded.results.score:g} / {total:g}")
