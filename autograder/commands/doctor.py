"""`gradelbo doctor`: how far this machine can shut submissions in."""

import click

from autograder.commands.border import OK, UNFIT, friendly


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON object.")
@friendly
def doctor(as_json: bool) -> int:
    """Say what this machine offers for grading, each wall around submissions tried, and what to do where it lacks.

    Exits with 0 when real submissions may be graded here, with 4 otherwise.

    Example: gradelbo doctor --json
    """
    import json

    from autograder.engine.doctor import as_data, as_text, examine

    report = examine()
    click.echo(json.dumps(as_data(report), indent=2) if as_json else as_text(report))
    return OK if report.fit else UNFIT
