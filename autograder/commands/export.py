"""`gradelbo export`: a submission's notebooks, run and made into HTML pages for a person to read."""

from pathlib import Path, PurePosixPath

import click

from autograder.commands.border import FAILED, OK, UNUSABLE, friendly
from autograder.commands.level import STRICT, require_level
from autograder.errors import UsageError


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder that the pages go to.")
@click.option("--allow-level", type=click.Choice(["partial", "process-only"]), help="As in `gradelbo grade`.")
@friendly
def export(path: Path, out: Path, allow_level: str | None) -> int:
    """Run the notebooks of a submission and write each as one HTML page.

    A page needs no network and does nothing: no script, no reference to anything outside, formulas as MathML. PATH is
    a folder, an archive or a notebook. Exits with 0 when every notebook has its page, 1 when one has none, 3 without a
    notebook, 4 where submissions cannot be shut in.

    Example: gradelbo export handed_in/ --out pages/
    """
    from autograder.engine.archive import open_packed
    from autograder.engine.export import export as pages_of
    from autograder.engine.export import export_zygote
    from autograder.engine.submission import intake
    from autograder.scoring.message import clean

    if not path.exists():
        raise UsageError(f"there is nothing at {path}; give the folder or the notebook that was handed in")
    faults = written = 0
    with export_zygote() as zygote:
        require_level(zygote, allow_level or STRICT)
        submission = intake(path, lambda name, data: open_packed(zygote, name, data))
        for page in pages_of(zygote, submission):
            if page.html is None:
                faults += 1
                click.echo(clean(f"{page.path}: no page: {page.fault}"), err=True)
                continue
            target = out / PurePosixPath(page.path).with_suffix(".html")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(page.html)
            written += 1
            click.echo(clean(str(target)))
    if not written and not faults:
        click.echo(f"gradelbo: there is no notebook in {path}", err=True)
        return UNUSABLE
    return FAILED if faults else OK
