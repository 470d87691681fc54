"""The code in a student's file, .py or notebook, as text, and what of it is still a stub; nothing is run."""

import ast
from collections.abc import Iterator

from autograder.engine.kinds import read_answers
from autograder.errors import StudentError
from autograder.source.cells import python_of
from autograder.source.notebook import is_notebook, read
from autograder.source.text import decoded
from autograder.source.twins import DEFINED, is_stub

__all__ = ["code_of", "fault_of", "unfilled"]

SHOWN = 6
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def code_of(path: str, data: bytes) -> str:
    """The file's code: its text, or what is Python of a notebook's cells, one after another.

    Raises SyntaxError for bytes that are no text in the encoding they declare, ValueError for a damaged notebook.
    """
    if is_notebook(path):
        return "\n".join(text for _, text, fault in _cells(data) if fault is None) + "\n"
    return decoded(data, path)


def fault_of(path: str, data: bytes) -> str:
    """Why Python cannot read the file, with line or cell and text; nothing when it can.

    A notebook's cell that is no Python is a fault where something is to be defined in it: others are left out.
    """
    try:
        if is_notebook(path):
            found = ((number, fault) for number, text, fault in _cells(data) if fault and DEFINED.search(text))
            return next((f"cell {number}: {_said(fault)}" for number, fault in found), "")
        ast.parse(code_of(path, data))
    except SyntaxError as error:
        return f"line {error.lineno}: {_said(error)}" if error.lineno else _said(error)
    except (ValueError, RecursionError, MemoryError) as error:
        return _said(error)
    return ""


def unfilled(path: str, data: bytes) -> str:
    """What is still to do in a file besides the problems' own: answers that are null, stubs, damage; else nothing."""
    if not path.endswith((".json", ".py")) and not data.strip():
        return "it is empty"
    if path.endswith(".json"):
        try:
            empty = list(_empty(read_answers(data, path), ""))
        except StudentError as error:
            return f"cannot be read: {error.reason}"
    elif fault := fault_of(path, data) if path.endswith(".py") else "":
        return f"cannot be read: {fault}"
    else:
        tree = ast.parse(code_of(path, data)) if path.endswith(".py") else ast.Module([], [])
        empty = [node.name for node in ast.walk(tree) if isinstance(node, FUNCTIONS) and is_stub(node)]
    more = f" and {len(empty) - SHOWN} more" if len(empty) > SHOWN else ""
    return f"not filled in: {', '.join(empty[:SHOWN])}{more}" if empty else ""


def _empty(value: object, place: str) -> Iterator[str]:
    """The places of the answers that are still null; the names of collaborators may stay away."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "collaborators":
                yield from _empty(inner, f"{place} {key}".strip())
    elif value is None or (isinstance(value, str) and not value.strip()):
        yield place


def _cells(data: bytes) -> Iterator[tuple[int, str, Exception | None]]:
    """Each code cell's number with its Python; where it is none, with its text and why. Raises ValueError."""
    for cell in read(data):
        if cell.number:
            try:
                yield cell.number, python_of(cell.source), None
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                yield cell.number, cell.source, error


def _said(error: BaseException) -> str:
    if not isinstance(error, SyntaxError):
        return str(error) or type(error).__name__
    return f"{error.msg} ({error.text.strip()[:80]})" if error.text else error.msg
