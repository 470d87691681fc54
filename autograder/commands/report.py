"""`gradelbo report`: a run as HTML pages."""

import os
from pathlib import Path

import click

from autograder.commands.border import OK, friendly, root
from autograder.commands.ledgers import NAME, chosen_run, open_ledger, run_option, runs_option
from autograder.errors import UsageError


@click.command()
@click.argument("target", type=click.Path(file_okay=False, path_type=Path))
@run_option
@click.option(
    "--export", type=click.Path(path_type=Path), help="The export of the run: shows which hand-ins are alike."
)
@click.option(
    "--jobs", type=click.IntRange(1), help="How many processes read the export.", show_default="one a processor"
)
@friendly
@runs_option
def report(target: Path, runs: Path, number: int | None, export: Path | None, jobs: int | None) -> int:
    """Write a run as a folder of HTML pages: the class, and each hand-in as its student and as staff see it.

    Open TARGET/index.html; it needs no network. TARGET/students holds what students may have.

    Example: gradelbo report pages/ --runs runs/ --export assignment_123_export.zip
    """
    if (target / NAME).exists():
        raise UsageError(f"{target} holds a ledger: name a folder for the pages, and the ledger's by --runs {target}")
    from autograder.course.export import open_export
    from autograder.course.fingerprinting import take_prints
    from autograder.course.report import write_report
    from autograder.manifest import find_homework
    from autograder.scoring.message import clean

    with open_ledger(runs) as ledger:
        run = chosen_run(ledger, number)
        homework = find_homework(root(), run.homework)
        if export is not None:
            for note in take_prints(ledger, run, open_export(export), homework, jobs or os.cpu_count() or 1):
                click.echo(clean(f"gradelbo: {note}"), err=True)
        page = write_report(ledger, run, homework, target)
    click.echo(f"run {run.id} of {run.homework}: {page}")
    return OK
