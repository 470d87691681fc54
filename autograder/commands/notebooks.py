"""`gradelbo notebooks`: a class' notebooks and written answers as pages for those who grade by hand."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.commands.border import FAILED, INTERNAL, OK, friendly, root
from autograder.commands.level import STRICT
from autograder.commands.regrade import require_walls
from autograder.errors import ManifestError, UsageError

if TYPE_CHECKING:
    from autograder.course.handgrading import Labelled
    from autograder.manifest import Homework

SKELETON = "overrides.toml"


@click.command()
@click.argument("export", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder that the pages go to.")
@click.option("--homework", help="The homework's id; not needed where there is only one.")
@click.option("--roster", type=click.Path(path_type=Path), help="The course's list of students, a CSV.")
@click.option("--anonymous", is_flag=True, help="Call hand-ins by digits instead of naming students.")
@click.option("--jobs", type=click.IntRange(1), help="How many processes draw.", show_default="one a processor")
@click.option("--allow-level", type=click.Choice(["partial", "process-only"]), help="As in `gradelbo grade`.")
@friendly
def notebooks(
    export: Path,
    out: Path,
    homework: str | None,
    roster: Path | None,
    anonymous: bool,
    jobs: int | None,
    allow_level: str | None,
) -> int:
    """Run the notebooks of a class and write pages for people who grade by hand: one a hand-in, one a part.

    Open OUT/index.html; nothing on the pages runs or needs a network. OUT/overrides.toml has a line for each part that
    people give points for; one that is there already is left as it is, and hand-ins without a table in it are named.
    Where people give no points there is no such file.
    Exits with 1 when a notebook has no page or that file has faults, 5 when a fault of ours left a hand-in without one.

    Example: gradelbo notebooks assignment_123_export.zip --homework cs229-ps3 --out by_hand/
    """
    from autograder.course.export import open_export
    from autograder.course.handgrading import labelled, skeleton, write_pages
    from autograder.course.pool import Pool
    from autograder.course.reading import LIMIT_S, reader, written_parts
    from autograder.course.roster import read_roster
    from autograder.manifest import find_homework
    from autograder.scoring.message import clean

    found = find_homework(root(), homework)
    opened = open_export(export, None if roster is None else read_roster(roster))
    whole = labelled(opened.handins, anonymous=anonymous)
    require_walls(allow_level or STRICT)
    out.mkdir(parents=True, exist_ok=True, mode=0o700)  # names and work of students are for staff
    with Pool(reader(found), jobs or os.cpu_count() or 1, LIMIT_S) as pool:
        written = write_pages(out, found, opened, whole, pool)
    for fault in (*written.faults, *written.undrawn):
        click.echo(clean(f"gradelbo: {fault}"), err=True)
    troubles: tuple[str, ...] = ()
    if (out / SKELETON).exists():
        click.echo(f"{out / SKELETON} is there already and was left as it is")
        lacking, troubles = _held_against(out / SKELETON, found, whole)
        for told in (*lacking, *troubles):
            click.echo(clean(f"gradelbo: {told}"), err=True)
    elif written_parts(found):
        (out / SKELETON).write_text(skeleton(found, whole), encoding="utf-8")
    else:
        click.echo(f"nothing of {found.id} is graded by hand, no part has `manual` points: no {SKELETON} was written")
    click.echo(f"{len(whole)} hand-ins, {written.pages} notebooks: {written.first}")
    return INTERNAL if written.faults else FAILED if written.undrawn or troubles else OK


def _held_against(
    path: Path, homework: "Homework", whole: "Sequence[Labelled]"
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sentences on hand-ins that have no table in the file for points, and on what is wrong with that file."""
    from autograder.course.deciding import undescribed
    from autograder.course.handgrading import table_of
    from autograder.course.reading import written_parts
    from autograder.engine.overrides import read_overrides

    try:
        overrides = read_overrides(path, homework)
    except (UsageError, ManifestError) as error:
        return (), (str(error),)
    lacking = set(undescribed(overrides, (one.handin for one in whole))) if written_parts(homework) else ()
    told = (f"{path} has no table {table_of(one.handin)} for {one.label}" for one in whole if one.handin.id in lacking)
    return tuple(told), ()
