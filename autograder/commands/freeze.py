"""`gradelbo freeze`: draws the cases of a homework once and records the reference's answers."""

import os

import click

from autograder.commands.border import friendly, root, wanted


@click.command()
@click.argument("homework", required=False)
@click.option("--new-seed", is_flag=True, help="Draw fresh hidden cases: for a new term.")
@click.option("--compare", is_flag=True, help="Write nothing; exit 1 when a fresh bank differs from the one on disk.")
@click.option("--pinned", is_flag=True, hidden=True, help="Internal: the numerics are pinned already.")
@friendly
def freeze(homework: str | None, new_seed: bool, compare: bool, pinned: bool) -> int:
    """Draw the cases of a homework (of all, when none is named) once and record the reference's answers.

    Example: gradelbo freeze cs229-ps3
    """
    from autograder.engine.freeze import freeze_homework, in_pinned_process

    if pinned:
        return freeze_homework(root(), homework, new_seed=new_seed, compare=compare, say=click.echo)
    names = wanted(homework)
    return max(in_pinned_process(root(), name, os.environ, new_seed=new_seed, compare=compare) for name in names)
