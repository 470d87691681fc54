"""`gradelbo gradebook`: a run as CSV for Gradescope or Canvas."""

from pathlib import Path

import click

from autograder.commands.border import FAILED, OK, friendly, root
from autograder.commands.ledgers import chosen_run, open_ledger, run_option, runs_option
from autograder.errors import UsageError


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@run_option
@click.option(
    "--roster", type=click.Path(path_type=Path), help="The course's list; for Canvas its own exported grades."
)
@click.option("--canvas", metavar="COLUMN", help='Write Canvas\' form; the assignment as Canvas has it: "HW 3 (123)".')
@friendly
@runs_option
def gradebook(target: Path, runs: Path, number: int | None, roster: Path | None, canvas: str | None) -> int:
    """Write the scores of a run as CSV with Gradescope's columns, or with Canvas' for its import.

    Of several hand-ins of a student the active one counts, else the latest. Exits with 1 when somebody's score is not
    in the file, or had to be chosen; who, is said.

    Example: gradelbo gradebook scores.csv --runs runs/ --roster roster.csv
    """
    from autograder.course import gradebook as sheets
    from autograder.course.roster import read_roster
    from autograder.manifest import find_homework
    from autograder.scoring.message import clean

    people = None if roster is None else read_roster(roster)
    if canvas and (people is None or "ID" not in people.columns):
        raise UsageError(
            "--canvas needs --roster with the grades that Canvas exports: its import goes by their ID column"
        )
    with open_ledger(runs) as ledger:
        run = chosen_run(ledger, number)
        homework = find_homework(root(), run.homework)
        entries = list(ledger.entries(run))
        whole = max((other for other in ledger.runs() if other.homework == run.homework), key=ledger.count)
        others = ledger.count(whole)
    if run.finished is None:
        raise UsageError(
            f"run {run.id} did not come to its end: the same `gradelbo regrade` again goes on where it was"
        )
    if missing := [part for part in homework.parts if homework.parts[part].pays and part not in run.parts]:
        raise UsageError(f"run {run.id} is of some parts only: {', '.join(missing)} would have no points in the file")
    if canvas and people is not None:
        sheet = sheets.canvas(homework, entries, people, canvas)
    else:
        sheet = sheets.gradescope(homework, entries, people)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(sheet.text, encoding="utf-8", newline="")
    if len(entries) < others:
        click.echo(
            f"gradelbo: run {run.id} is one of {len(entries)} hand-ins, run {whole.id} of {others}: whoever is missing "
            "here has no score in the file; a plain `gradelbo regrade` makes a run of all",
            err=True,
        )
    for note in sheet.notes:
        click.echo(clean(f"gradelbo: {note}"), err=True)
    click.echo(f"run {run.id} of {run.homework}: {len(entries)} hand-ins in {target}")
    return FAILED if sheet.notes else OK
