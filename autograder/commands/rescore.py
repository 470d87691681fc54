"""`gradelbo rescore`: stored verdicts under today's rubric and policy; nothing is run."""

from pathlib import Path

import click

from autograder.commands.border import FAILED, OK, friendly, root
from autograder.commands.grade import Given, read_given
from autograder.commands.ledgers import RUNS, chosen_run, open_ledger, tell_unfitting
from autograder.errors import UsageError


@click.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.option("--homework", help="The homework's id; not needed: the results name it.")
@click.option(
    "--run", "number", type=click.IntRange(1), help="Which run of a ledger.", show_default="the one graded last"
)
@click.option(
    "--metadata", type=click.Path(path_type=Path), help="submission_metadata.json in the place of what is stored."
)
@click.option("--overrides", type=click.Path(path_type=Path), help="overrides.toml in the place of what is stored.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where to write the new results; without it only the score."
)
@friendly
def rescore(
    results: Path,
    homework: str | None,
    number: int | None,
    metadata: Path | None,
    overrides: Path | None,
    out: Path | None,
) -> int:
    """Score a results file again by today's manifest, metadata and overrides, from the verdicts that it holds.

    RESULTS is a results file, or the folder of a ledger: then a whole run is scored again, as a new run.

    Nothing of the student's runs. With nothing changed the new file is the old one, byte for byte. Exits with 1 when
    something in the manifest cannot be scored from these results, or something in them is no longer asked for; both are
    said.

    Example: gradelbo rescore results.json --overrides overrides.toml --out rescored.json
    """
    from autograder.engine.rescore import rescore as run_rescore
    from autograder.manifest import find_homework
    from autograder.scoring.adjust import staff_notes
    from autograder.scoring.gradescope import write
    from autograder.scoring.preview import read_results

    if results.is_dir():
        return _rescore_run(results, homework, number, Given(metadata, overrides), out)
    if number is not None:
        raise UsageError("--run is for a ledger: give its folder")
    try:
        data = results.read_bytes()
    except OSError as error:
        raise UsageError(f"{results} cannot be read: {error.strerror}") from None
    try:
        old = read_results(data)
        named = old.extra_data.get("homework")
        found = find_homework(root(), homework or (named if isinstance(named, str) else None))
        handed, decided = read_given(Given(metadata, overrides), found)
        new = run_rescore(old, found, handed=handed, overrides=decided)
    except UsageError as error:
        raise UsageError(f"{results}: {error}") from None
    for note in (*new.notes, *staff_notes(new.results)):
        click.echo(f"gradelbo: for staff: {note}", err=True)
    possible = sum(row.max_score or 0.0 for row in new.results.tests)
    click.echo(f"{old.score:g} -> {new.results.score:g} of {possible:g}")
    if out is not None:
        write(out, new.results)
        click.echo(f"results: {out}")
    return FAILED if new.notes else OK


def _rescore_run(folder: Path, homework: str | None, number: int | None, given: Given, out: Path | None) -> int:
    """A run of the ledger in this folder, scored again as a new one."""
    from autograder.course.comparing import changes
    from autograder.course.deciding import read_decisions
    from autograder.course.rescoring import rescore_run
    from autograder.manifest import find_homework

    if out is not None or given.metadata is not None:
        raise UsageError("--out and --metadata are for a results file; a ledger keeps both runs, and its own metadata")
    with open_ledger(folder) as ledger:
        run = chosen_run(ledger, number, homework)
        found = find_homework(root(), run.homework)
        decided = None if given.overrides is None else read_decisions(given.overrides, found)
        new = rescore_run(ledger, run, found, overrides=decided)
        tell_unfitting(decided, (entry.handin for entry in ledger.entries(run)), f"run {run.id}")
        changed = sum(1 for _ in changes(ledger, run, new))
    where = "" if folder == RUNS else f" --runs {folder}"
    click.echo(f"run {new.id}: run {run.id} scored again, {changed} changed; gradelbo diff {run.id} {new.id}{where}")
    return OK
