"""What the commands of a course share: the ledger in the folder of runs, and which run is meant."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    from autograder.course.handin import Handin
    from autograder.course.ledger import Ledger, Run
    from autograder.engine.overrides import Overrides

__all__ = ["NAME", "chosen_run", "open_ledger", "out_option", "run_option", "tell_unfitting"]

NAME = "ledger.sqlite"

out_option = click.option(
    "--out", type=click.Path(path_type=Path), default=Path("runs"), show_default=True, help="The folder of the ledger."
)
run_option = click.option(
    "--run", "number", type=click.IntRange(1), help="Which run.", show_default="the one graded last"
)


def open_ledger(out: Path, *, new: bool = False, dry: bool = False) -> "AbstractContextManager[Ledger]":
    """The ledger in this folder; raises UsageError where there is none, unless it may be `new`.

    That of a `dry` run is in memory only, or a copy: an older form is not brought to today's by looking at it.
    """
    from autograder.course.ledger import Ledger

    if dry:
        return Ledger.copied(out / NAME) if (out / NAME).is_file() else Ledger(Path(":memory:"))
    if not new and not (out / NAME).is_file():
        raise UsageError(f"there is no {NAME} in {out}; `gradelbo regrade` makes one, --out names its folder")
    return Ledger(out / NAME)


def chosen_run(ledger: "Ledger", number: int | None, homework: str | None = None, *, finished: bool = False) -> "Run":
    """The run of this number, else the one (of a homework) that was graded last, which is said where there are others.

    With `finished` an interrupted run is passed over.

    Raises UsageError.
    """
    from autograder.scoring.message import clean

    if number is not None:
        return ledger.run(number)
    run = ledger.latest(homework, finished=finished)
    if run is None:
        raise UsageError(
            f"there is no {'finished ' if finished else ''}run in {ledger.path} yet; `gradelbo regrade` makes one"
        )
    if len(ledger.runs()) > 1:
        click.echo(clean(f"gradelbo: run {run.id} is taken, the one that was graded last: {_told(run)}"), err=True)
    return run


def _told(run: "Run") -> str:
    when = f"finished {run.finished}" if run.finished else f"begun {run.started}, not finished"
    return f"{run.kind} of {run.source}, {run.homework}, suite {run.suite[:8]}, {when}"


def tell_unfitting(overrides: "Overrides | None", handins: "Iterable[Handin]", where: str) -> None:
    """Says which tables of the overrides fit no hand-in: a name may be misspelt."""
    from autograder.course.deciding import unfitting
    from autograder.scoring.message import clean

    if overrides is not None:
        for name in unfitting(overrides, handins):
            click.echo(clean(f'gradelbo: overrides: [students."{name}"] fits no hand-in of {where}'), err=True)
