"""`gradelbo new`: a problem to begin with."""

import click

from autograder.commands.border import OK, friendly, root


@click.command()
@click.argument("place", metavar="HOMEWORK/PROBLEM")
@click.option("--part", help="The id of the part that is graded by it.", show_default="the next whole number")
@friendly
def new(place: str, part: str | None) -> int:
    """Begin a problem, and its homework when there is none: reference, properties, oracle, corpus, manifest lines.

    What is written is a small worked example that passes everything; write over it piece by piece.

    Example: gradelbo new em-hw1/mixture
    """
    from autograder.author.begin import add_problem
    from autograder.errors import UsageError

    homework, slash, problem = place.partition("/")
    if not slash or not homework or not problem:
        raise UsageError(f"{place!r} must be a homework and a problem: em-hw1/mixture")
    for path in add_problem(root(), homework, problem, part):
        click.echo(path.relative_to(root()))
    package = homework.replace("-", "_")
    click.echo(
        f"\nNow, and after each change:\n"
        f"  gradelbo lint {homework}\n"
        f"  gradelbo freeze {homework}\n"
        f"  python -m pytest tests/oracles/{package}\n"
        f"  gradelbo audit {homework}\n"
        f"  gradelbo build {homework}"
    )
    return OK
