"""The hand-in files beside the problems' own: answers to fill in, further functions to write."""

import json
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.build.template import stub
from autograder.errors import ManifestError
from autograder.manifest import Homework, Problem

__all__ = ["ALWAYS", "blank_answers", "skeleton"]

ALWAYS = ("collaborators",)  # keys of the answers that belong to no part


def skeleton(homework: Homework, file: str) -> bytes:
    """What students get in place of this hand-in file, made from the file of that name beside the manifest.

    Of answers (.json) the keys stay, of the manifest's parts only, and every value becomes null: a list too, as its
    length would tell. Of Python the solution regions become stubs. Raises ManifestError for anything else.
    """
    source = homework.reference / PurePosixPath(file).name
    if not source.is_file():
        raise ManifestError([f"`files` names {file!r}, but there is no {source.name} beside the manifest"])
    if source.suffix == ".py":
        return stub(source.read_text(encoding="utf-8"), source.name).encode()
    if source.suffix != ".json":
        raise ManifestError([f"`files` names {file!r}: a template is made of .py and .json files only"])
    return _blank(homework, source)


def blank_answers(homework: Homework, problem: Problem) -> bytes:
    """What students get of an answers problem: the file of that name beside the manifest, else the reference's own.

    Either way every value is null, so that the right answers may stand in it. Raises ManifestError as `skeleton` does.
    """
    beside = homework.reference / PurePosixPath(problem.file).name
    return _blank(homework, beside if beside.is_file() else homework.source_of(problem))


def _blank(homework: Homework, source: Path) -> bytes:
    try:
        answers = json.loads(source.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ManifestError([f"{source.name} is not JSON: {error}"]) from None
    if not isinstance(answers, dict):
        raise ManifestError([f"{source.name} must be an object with a key for each part"])
    kept = {key: _emptied(answers[key]) for key in answers if key in homework.parts or key in ALWAYS}
    return (json.dumps(kept, indent=2) + "\n").encode()


def _emptied(value: Any) -> Any:
    """The value with null in place of everything but the keys of objects."""
    return {key: _emptied(item) for key, item in value.items()} if isinstance(value, dict) else None
