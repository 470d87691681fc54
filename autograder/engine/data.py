"""The data that a homework's scripts read: the grader's own copies, laid where a submission's script looks for them."""

import importlib
import os
import sys
from collections.abc import Mapping
from pathlib import PurePosixPath

from autograder.errors import InternalFault
from autograder.manifest import Homework, Problem

__all__ = ["adapter_of", "data_of", "made_data", "with_data"]


def made_data(homework: Homework) -> dict[str, str]:
    """The texts that the reference's module `data` makes, by path in the handout; none without such a module."""
    if not (homework.reference / "data.py").is_file():
        return {}
    if str(homework.root) not in sys.path:
        sys.path.insert(0, str(homework.root))
    made: dict[str, str] = importlib.import_module(f"reference.{homework.package}.data").files()
    return made


def adapter_of(homework: Homework, problem: Problem) -> bytes | None:
    """The source that stands between the grader and the student's file; None where the problem has none."""
    return (homework.reference / problem.adapter).read_bytes() if problem.adapter else None


def data_of(homework: Homework, problem: Problem) -> dict[str, bytes]:
    """The data of a problem's file, by path in the handout: as in the template, else as the reference makes them.

    Those of a script are there for the code problem of the same file, too: some programs read them on import.
    Raises InternalFault for a file that is in neither.
    """
    wanted = (path for other in homework.problems.values() if other.file == problem.file for path in other.data)
    found = {path: (homework.template / path) for path in wanted}
    lying = {path: place.read_bytes() for path, place in found.items() if place.is_file()}
    made = made_data(homework) if len(lying) < len(found) else {}
    if missing := [path for path in found if path not in lying and path not in made]:
        raise InternalFault(f"{missing[0]} is not there for {problem.name}; run `gradelbo build {homework.id}`")
    return lying | {path: made[path].encode() for path in found if path not in lying}


def with_data(
    files: Mapping[str, bytes], problem: Problem, file: str, data: Mapping[str, bytes]
) -> Mapping[str, bytes]:
    """A submission's files with the data at their places, and where `file`, found elsewhere, has them beside it.

    What was handed in under these paths, or stands in their way, is not there.
    """
    if not data:
        return files
    laid = dict(data)
    home = PurePosixPath(problem.file).parent
    for path, content in data.items():
        beside = os.path.normpath(PurePosixPath(file).parent / os.path.relpath(path, home))
        if not beside.startswith(".."):
            laid[beside] = content
    folders = {str(parent) for path in laid for parent in PurePosixPath(path).parents}
    kept = {
        path: content
        for path, content in files.items()
        if path not in folders and not any(path.startswith(f"{place}/") for place in laid)
    }
    return kept | laid
