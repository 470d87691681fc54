"""`gradelbo build`: makes what students and Gradescope get."""

import click

from autograder.commands.border import OK, friendly, root, wanted


@click.command()
@click.argument("homework", required=False)
@click.option("--handout", is_flag=True, help="Also write dist/HOMEWORK-handout.zip for students.")
@click.option("--gradescope", is_flag=True, help="Also write dist/HOMEWORK-gradescope.zip for upload.")
@click.option("--unaudited", is_flag=True, help="Build although no audit passed on exactly what lies here.")
@friendly
def build(homework: str | None, handout: bool, gradescope: bool, unaudited: bool) -> int:
    """Write the student template of a homework (of all, when none is named) from the reference.

    Refuses a homework unless a whole audit passed on it as it lies here.

    Example: gradelbo build cs229-ps3 --handout --gradescope
    """
    from autograder.audit.stamp import require_audited
    from autograder.build.contents import write_template
    from autograder.build.gradescope_zip import TOP, write_zip
    from autograder.build.handout import write_handout
    from autograder.errors import AuditError, UsageError
    from autograder.manifest import find_homework

    chosen = [find_homework(root(), name) for name in wanted(homework)]
    for found in chosen:
        try:
            require_audited(found)
        except AuditError as error:
            if not unaudited:
                raise AuditError(f"{error}, or build it all the same with --unaudited") from None
            click.echo(f"gradelbo: for staff: {error}", err=True)
    if (handout or gradescope) and not all((root() / name).exists() for name in (*TOP, "autograder", "LICENSE")):
        raise UsageError(
            f"zips are packed in a checkout of gradelbo, of which {root()} is none; put reference/ and tests/ into one"
        )
    for found in chosen:
        written = write_template(found)
        if handout:
            written.append(write_handout(found, root() / "dist" / f"{found.id}-handout.zip"))
        if gradescope:
            written.append(write_zip(found, root() / "dist" / f"{found.id}-gradescope.zip"))
        for path in written:
            click.echo(path.relative_to(root()))
    return OK
