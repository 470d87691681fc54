"""`gradelbo pack`: the zip that a student hands in."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.commands.border import FAILED, OK, friendly, root, started_as
from autograder.errors import UsageError

if TYPE_CHECKING:
    from autograder.local.pack import Packing

WIDE = 80


@click.command()
@click.option("--path", type=click.Path(path_type=Path), help="The folder with your files.", show_default="here")
@click.option("--homework", help="The homework's id; not needed where there is only one.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="The zip to write.", show_default="HOMEWORK-submission.zip"
)
@click.option("--strict", is_flag=True, help="Write no zip while something is missing or unfinished.")
@friendly
def pack(path: Path | None, homework: str | None, out: Path | None, strict: bool) -> int:
    """Make the zip to hand in: the homework's own files and the local modules they import, nothing else.

    Each part is tried on one public case, so that what is not written yet is seen before it is handed in. Exits with 0
    when everything is there, 1 when something is missing or unfinished (the zip is written all the same), 3 when none
    of the homework's files is there.

    Example: gradelbo pack --out ps3.zip
    """
    from autograder.local.desk import Asked, Desk
    from autograder.local.pack import packing_of, write_zip
    from autograder.local.run import first_cases
    from autograder.manifest import find_homework

    if out is not None and out.suffix != ".zip":
        raise UsageError(f"--out {out} does not end in .zip; name the zip to write")
    found = find_homework(root(), homework)
    with Desk(found, None, Asked(started_as(), path, homework)) as desk:
        own = desk.own()
        packing = packing_of(found, own, *first_cases(desk.grader, own.submission))
    target = out or desk.path / f"{found.id}-submission.zip"
    _show(packing)
    for lack in packing.lacks:
        click.echo(f"missing: {lack}")
    if strict and packing.lacks:
        click.echo(f"{target} was not written: --strict wants everything there")
        return FAILED
    write_zip(target, packing.files)
    again = "hand it in as it is, or finish and pack again" if packing.lacks else f"hand in {target} on Gradescope"
    click.echo(f"{target} was written; {again}")
    return FAILED if packing.lacks else OK


def _show(packing: "Packing") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from autograder.scoring.message import clean

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    console = Console(highlight=False)
    table.add_column("file", overflow="fold", no_wrap=console.width >= WIDE)
    table.add_column("size", justify="right", no_wrap=True)
    table.add_column("parts", overflow="fold")
    table.add_column("state", overflow="fold")
    for row in packing.rows:
        style = "green" if row.state.startswith(("ready", "goes")) else "dim" if not row.packed and row.size else "red"
        size = "-" if row.size is None else f"{row.size} B" if row.size < 2048 else f"{row.size / 1024:.0f} KiB"
        table.add_row(clean(row.path), size, ", ".join(row.parts), Text(clean(row.state), style))
    console.print(table)
