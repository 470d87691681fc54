"""`gradelbo schema`: the forms of the files, for other programs."""

import json
from pathlib import Path
from typing import Any

import click

from autograder.commands.border import OK, friendly


@click.command()
@click.argument("form", type=click.Choice(["manifest", "results"]))
@friendly
def schema(form: str) -> int:
    """Print the JSON Schema of a manifest (homework.toml, read as TOML) or of a results file.

    Example: gradelbo schema manifest > homework.schema.json
    """
    click.echo(json.dumps(_manifest() if form == "manifest" else _results(), indent=2, ensure_ascii=False))
    return OK


def _manifest() -> Any:
    from autograder import manifest

    path = Path(manifest.__file__).with_name("homework.schema.json")
    return json.loads(path.read_text(encoding="utf-8"))


def _results() -> Any:
    import msgspec

    from autograder.scoring.gradescope import Results

    found = msgspec.json.schema(Results)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "results.json", **found}
