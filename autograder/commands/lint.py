"""`gradelbo lint`: what to mend in a homework's files."""

import click

from autograder.commands.border import FAILED, OK, friendly, root, wanted


@click.command()
@click.argument("homework", required=False)
@friendly
def lint(homework: str | None) -> int:
    """Say what is wrong with the files of a homework (of all, when none is named), each fault with its line.

    Exits with 1 when there is a fault. Banks or an audit that are out of date are named, and are no fault.

    Example: gradelbo lint cs229-ps3
    """
    from autograder.author.lint import faults_of, left_to_do
    from autograder.errors import UsageError
    from autograder.manifest import find_homework, homeworks

    there, names = homeworks(root()), wanted(homework)
    if not set(names) <= set(there):
        raise UsageError(f"there is no homework {homework!r}; there are: {', '.join(there) or 'none'}")
    clean = True
    for name in names:
        faults = faults_of(root(), name.replace("-", "_"))
        for fault in faults:
            click.echo(f"{fault.path}{f':{fault.line}' if fault.line else ''}: {fault.text}")
            if fault.shown:
                click.echo(f"    {fault.shown}")
        clean = clean and not faults
        if not faults:
            click.echo(f"{name}: no fault")
            for sentence in left_to_do(find_homework(root(), name)):
                click.echo(f"  left to do: {sentence}")
    return OK if clean else FAILED
