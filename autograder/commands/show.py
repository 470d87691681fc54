"""`gradelbo show`: what Gradescope shows of a results file, without Gradescope."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from autograder.commands.border import OK, friendly, results_at

if TYPE_CHECKING:
    from autograder.scoring.preview import Shown, Viewer, When


@click.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.option(
    "--as",
    "viewer",
    type=click.Choice(["student", "instructor"]),
    default="student",
    help="Who looks.",
    show_default=True,
)
@click.option(
    "--when",
    type=click.Choice(["before", "after", "published"]),
    default="before",
    help="Before or after the due date, or when grades are published.",
    show_default=True,
)
@friendly
def show(results: Path, viewer: str, when: str) -> int:
    """Print what a student, or an instructor, sees of a results file on Gradescope.

    Example: gradelbo show results.json --as student --when after
    """
    from autograder.scoring.message import clean
    from autograder.scoring.preview import plain, shown_rows, total_is_shown, visible

    found = results_at(results)
    who, moment = cast("Viewer", viewer), cast("When", when)
    staff = viewer == "instructor"
    known = total_is_shown(found, moment)
    possible = sum(row.max_score or 0.0 for row in found.tests)
    if staff or known:
        mark = "" if known else "   (students do not see the total while a test is hidden from them)"
        click.echo(f"total {found.score:g} / {possible:g}{mark}")
    else:
        click.echo("total not shown: a test is hidden from students")
    if text := plain(found.output, found.output_format or "simple_format").strip():
        click.echo(clean(text))
    for row in shown_rows(found, who, moment):
        _print_row(row)
    out = visible(found.stdout_visibility or "hidden", moment)
    if staff:
        click.echo(f"\nstandard output: {'students see it too' if out else 'hidden from students'}")
    elif out:
        click.echo("\nstandard output of the run is shown here")
    return OK


def _print_row(row: "Shown") -> None:
    from autograder.scoring.message import clean

    mark = "" if row.to_students else f"   [students do not see this: {row.visibility}]"
    score = f" ({row.score})" if row.score else ""
    number = "" if row.name.split(" ")[0] == row.number else f"{row.number}) "
    click.echo(clean(f"\n{number}{row.name}{score} {row.status}".rstrip() + mark))
    for line in row.output.splitlines():
        click.echo(clean(f"    {line}"))
