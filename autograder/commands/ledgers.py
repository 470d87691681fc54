"""What the commands of a course share: the ledger in the folder of runs, and which run is meant.

`--out` is where a command writes; the ledger that one only reads is `--runs`.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    from autograder.course.handin import Handin
    from autograder.course.ledger import Ledger, Run
    from autograder.engine.overrides import Overrides

__all__ = ["NAME", "RUNS", "chosen_run", "open_ledger", "run_option", "runs_option", "tell_unfitting"]

NAME = "ledger.sqlite"

RUNS = Path("runs")

run_option = click.option(
    "--run", "number", type=click.IntRange(1), help="Which run.", show_default="the one graded last"
)


def runs_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command `runs`, the folder of the ledger that it reads; `--out`, its name of old, still says it."""

    @click.option("--out", "renamed", type=click.Path(path_type=Path), hidden=True)
    @click.option("--runs", type=click.Path(path_type=Path), help="The folder of the ledger.", show_default=str(RUNS))
    @wraps(command)
    def reading(*args: Any, runs: Path | None, renamed: Path | None, **kwargs: Any) -> Any:
        if renamed is not None and runs is not None:
            raise UsageError("--out is the old name of --runs: leave it out")
        if renamed is not None:
            click.echo(
                "gradelbo: --out is --runs now, the ledger that is read; this time it was taken for it", err=True
            )
        return command(*args, runs=runs or renamed or RUNS, **kwargs)

    return reading


def open_ledger(out: Path, *, new: bool = False, dry: bool = False) -> "AbstractContextManager[Ledger]":
    """The ledger in this folder; raises UsageError where there is none, unless it may be `new`.

    That of a `dry` run is in memory only, or a copy: an older form is not brought to today's by looking at it.
    """
    from autograder.course.ledger import Ledger

    if dry:
        return Ledger.copied(out / NAME) if (out / NAME).is_file() else Ledger(Path(":memory:"))
    if not new and not (out / NAME).is_file():
        raise UsageError(
            f"there is no {NAME} in {out}; `gradelbo regrade` makes one there, --runs names another folder"
        )
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
