"""`gradelbo suite`: an existing suite of tests on one submission."""

from pathlib import Path

import click

from autograder.commands.border import FAILED, INTERNAL, OK, friendly

NOT_YOUR_FAULT = (
    "Grading did not finish because of a fault of the autograder. This is not your fault and not your score; "
    "the course staff can see it and will rerun it."
)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("submission", type=click.Path(path_type=Path))
@click.option("--results", type=click.Path(path_type=Path), help="Where to write Gradescope's results JSON.")
@click.option("--module", "modules", multiple=True, help="A module that is the student's though FOLDER has one too.")
@click.option(
    "--share",
    type=click.Choice(["test", "class", "all"]),
    default="test",
    show_default=True,
    help="Which tests see what the student's code keeps in its globals: each its own, those of a class, or all.",
)
@click.option(
    "--in-place", is_flag=True, help="Bring changes of the tests' lists back from calls that return a value too."
)
@click.option(
    "--test-s", default=10.0, show_default=True, help="Seconds that the student's code may compute in a test."
)
@click.option("--memory-mb", default=1024, show_default=True, help="Memory that the student's code may use.")
@click.option(
    "--wall-s", default=300.0, show_default=True, help="Seconds after which the tests that are left are not run."
)
@click.option("--gradescope", is_flag=True, help="Inside Gradescope: whatever happens, leave valid results and exit 0.")
@click.option(
    "--allow-level",
    type=click.Choice(["partial", "process-only"]),
    help="Grade even where submissions can be shut in only this far; `gradelbo doctor` says how far that is.",
)
@friendly
def suite(
    folder: Path,
    submission: Path,
    results: Path | None,
    modules: tuple[str, ...],
    share: str,
    in_place: bool,
    test_s: float,
    memory_mb: int,
    wall_s: float,
    gradescope: bool,
    allow_level: str | None,
) -> int:
    """Run the tests in FOLDER, unittest or pytest with gradescope-utils' decorators, on SUBMISSION.

    The tests run as they are; the student's code runs in a process of its own, as in `gradelbo grade`. Exits with 0 for
    full points, 1 when something failed, 2 for tests that need the student's code in their own process, 4 where
    submissions cannot be shut in, 5 when a test could not be graded.

    Example: gradelbo suite autograder_source/ handed_in/ --results results.json
    """
    from autograder.scoring.gradescope import fallback, write
    from autograder.suites.grade import grade_suite, order_for
    from autograder.suites.talk import Limits

    if results is not None:
        write(results, fallback(NOT_YOUR_FAULT))
    try:
        order = order_for(
            folder,
            submission,
            limits=Limits(test_s, memory_mb, wall_s),
            level="" if gradescope else allow_level or "strict",
            share=share,
            in_place=in_place,
            modules=modules,
        )
        graded = grade_suite(order)
        if results is not None:
            write(results, graded.results)
    except BaseException as error:
        if not gradescope:
            raise
        click.echo(f"gradelbo: {error!r}", err=True)
        return OK
    for note in graded.notes:
        click.echo(f"gradelbo: for staff: {note}", err=True)
    for row in graded.results.tests:
        points = "" if row.score is None else f"{row.score:g} / {row.max_score or 0:g}"
        click.echo(f"{'ok' if row.status == 'passed' else '--'}  {points:<10} {row.name}")
        if row.status != "passed":
            click.echo("".join(f"      {line}\n" for line in row.output.splitlines()[:12]), nl=False)
    total = sum(row.max_score or 0.0 for row in graded.results.tests)
    click.echo(f"total {graded.results.score:g} / {total:g}")
    if graded.undecided:
        return OK if gradescope else INTERNAL
    lost = any(row.status != "passed" for row in graded.results.tests)
    return OK if gradescope or not lost else FAILED
