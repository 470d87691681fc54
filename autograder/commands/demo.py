"""`gradelbo demo`: grades the sample submissions of cs229-ps3."""

from pathlib import Path

import click

from autograder.commands.border import OK, friendly, root
from autograder.commands.grade import show


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Where the results go.", show_default="demo/")
@friendly
def demo(out: Path | None) -> int:
    """Grade the sample submissions of cs229-ps3 and say where the results lie.

    Example: gradelbo demo --out /tmp/demo
    """
    from autograder.engine.grader import Grader
    from autograder.engine.pipeline import grade as run_pipeline
    from autograder.manifest import find_homework

    samples = root() / "tests" / "corpus" / "cs229_ps3" / "submissions"
    with Grader(find_homework(root(), "cs229-ps3")) as grader:
        for name in ("vectorised", "loops", "casual"):
            target = (out or root() / "demo") / name / "results.json"
            run = run_pipeline(grader, samples / name, target)
            show(run)
            click.echo(f"  results: {target}\n")
    return OK
