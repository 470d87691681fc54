"""What a training run left, as values: its files are parsed in a jailed worker, and what comes back is checked here.

The checkpoint, arrays and tables come as numbers. JSON is read as answers are, strictly and in bounded size and depth.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from autograder.engine.kinds import read_answers
from autograder.engine.worker import text_of
from autograder.errors import StudentError
from autograder.manifest import Problem

__all__ = ["checked_artifact", "files_of", "read_records"]

FORMS = ({"tensors"}, {"array"}, {"columns", "rows"})
FAULTS = ("malformed", "memory")
FEW = 4096


def files_of(problem: Problem, files: Mapping[str, bytes], file: str) -> dict[str, bytes]:
    """The checkpoint and those of the files beside it that are there, by their names; the checkpoint first."""
    folder = PurePosixPath(file).parent
    beside = {name: files.get(str(folder / name)) for name in problem.beside}
    return {PurePosixPath(file).name: files[file]} | {name: data for name, data in beside.items() if data is not None}


def read_records(files: Mapping[str, bytes]) -> dict[str, Any]:
    """The JSON files among these: {"record": object} by name, or {"verdict", "error"} of one that cannot be read."""
    found: dict[str, Any] = {}
    for name, data in files.items():
        if name.endswith(".json"):
            try:
                found[name] = {"record": read_answers(data, name)}
            except StudentError as error:
                found[name] = {"verdict": error.verdict, "error": error.reason}
    return found


def checked_artifact(value: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """What a worker made of these files, if it has the form: see docs/kinds.md.

    Raises StudentError("malformed") otherwise.
    """
    if type(value) is not dict or set(value) != set(names):
        raise _odd()
    return {name: _file(value[name]) for name in names}


def _file(entry: Any) -> dict[str, Any]:
    if type(entry) is not dict:
        raise _odd()
    if set(entry) == {"verdict", "error"}:
        if (verdict := text_of(entry["verdict"])) not in FAULTS:
            raise _odd()
        return {"verdict": verdict, "error": " ".join(text_of(entry["error"], length=400).split())}
    if set(entry) not in FORMS:
        raise _odd()
    if "tensors" in entry:
        return {"tensors": _tensors(entry["tensors"])}
    if "array" in entry:
        return {"array": _numbers(entry["array"])}
    columns, rows = entry["columns"], _numbers(entry["rows"])
    if type(columns) is not list or rows.shape != (len(rows), len(columns)) or not all(map(_is_text, columns)):
        raise _odd()
    return {"columns": columns, "rows": rows}


def _tensors(found: Any) -> dict[str, np.ndarray[Any, Any]]:
    """The tensors in the order of their names: the library gives them in another one each time."""
    if type(found) is not dict or len(found) > FEW:
        raise _odd()
    tensors = {name: _numbers(found[name]) for name in sorted(found)}
    if not all(array.dtype.kind == "f" for array in tensors.values()):
        raise _odd()
    return tensors


def _numbers(value: Any) -> np.ndarray[Any, Any]:
    if type(value) is not np.ndarray or value.dtype.kind not in "iuf":
        raise _odd()
    return value


def _is_text(value: Any) -> bool:
    return type(value) is str


def _odd() -> StudentError:
    return StudentError("malformed", "what came back of the artifact is not in the form of what its files hold")
