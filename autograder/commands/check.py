"""`gradelbo check`: the public cases, on the student's machine."""

from pathlib import Path

import click

from autograder.commands.border import FAILED, OK, friendly, known, root


@click.command()
@click.argument("parts", nargs=-1)
@click.option(
    "--path", type=click.Path(path_type=Path), default=Path(), help="The folder with your files.", show_default="here"
)
@click.option("--homework", help="The homework's id; not needed where there is only one.")
@click.option("--case", "case", help="Replay only this public case, by the id a failure shows.")
@friendly
def check(parts: tuple[str, ...], path: Path, homework: str | None, case: str | None) -> int:
    """Check your files against the public cases; nothing is handed in.

    Example: gradelbo check 2b --case 7f3a01
    """
    from autograder.engine.grader import Grader
    from autograder.engine.pipeline import check_public
    from autograder.manifest import find_homework
    from autograder.scoring.message import checks_text

    found = find_homework(root(), homework)
    with Grader(found, parts=known(parts, found.parts), hidden=False) as grader:
        checks = check_public(grader, path, case)
    click.echo(checks_text(checks, lambda check: check.name in found.parts[check.part].pays))
    passed = sum(c.verdict == "passed" for c in checks)
    click.echo(f"\n{passed} of {len(checks)} public checks hold; more cases are checked after you hand in.")
    return OK if passed == len(checks) else FAILED
