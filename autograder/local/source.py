"""The code in a student's file, .py or notebook, as text, and what of it is still a stub; nothing is run."""

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator

from autograder.engine.kinds import read_answers
from autograder.errors import StudentError
from autograder.manifest import Problem

__all__ = ["NOTEBOOK_ENDING", "code_of", "fault_of", "is_notebook", "unfilled", "untouched"]

NOTEBOOK_ENDING = ".ipynb"
SHOWN = 6
TIMED = ("time", "timeit", "capture", "prun")  # cell magics under which the code is still Python
RUN = re.compile(r"%run\s+(?:-\w\s+)*([\w/]+)\.py\b")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def is_notebook(path: str) -> bool:
    """Whether the path names a notebook."""
    return path.lower().endswith(NOTEBOOK_ENDING)


def code_of(path: str, data: bytes) -> str:
    """The file's code: its text, or a notebook's code cells one after another with the magics taken out.

    Raises SyntaxError for bytes that are no text in the encoding they declare, ValueError for a damaged notebook.
    """
    if is_notebook(path):
        return _cells(data)
    if data.startswith(UTF_16):
        return data.decode("utf-16")
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return io.TextIOWrapper(io.BytesIO(data), encoding, newline=None).read()


def fault_of(path: str, data: bytes) -> str:
    """Why Python cannot read the file, with line and text; nothing when it can."""
    try:
        ast.parse(code_of(path, data))
    except SyntaxError as error:
        place = f"line {error.lineno}: " if error.lineno and not is_notebook(path) else ""
        text = f" ({error.text.strip()[:80]})" if error.text else ""
        return f"{place}{error.msg}{text}"
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error) or type(error).__name__
    return ""


def untouched(path: str, data: bytes, problem: Problem) -> bool:
    """Whether the file has stubs and none of the problem's functions is written in it yet.

    A function is a stub while its body raises NotImplementedError. In a file that names none of the problem's
    functions, as its own or as a method, some are given: there it is untouched while a stub is left.
    """
    try:
        tree = ast.parse(code_of(path, data))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False  # something was written, even if it cannot be read
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    named = [node for node in functions if node.name in (problem.watch or problem.functions)]
    return all(map(_is_stub, named)) if named else any(map(_is_stub, functions))


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
        empty = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and _is_stub(node)]
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


def _is_stub(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    ends = [step for step in node.body if isinstance(step, ast.Return | ast.Raise)][:1]
    raised = [step.exc for step in ends if isinstance(step, ast.Raise)]
    names = [error.func if isinstance(error, ast.Call) else error for error in raised]
    return any(isinstance(name, ast.Name) and name.id == "NotImplementedError" for name in names)


def _cells(data: bytes) -> str:
    try:
        book = json.loads(data)
        cells = book["cells"] if "cells" in book else [cell for sheet in book["worksheets"] for cell in sheet["cells"]]
        code = [cell.get("source", cell.get("input", "")) for cell in cells if cell.get("cell_type") == "code"]
        texts = [source if isinstance(source, str) else "".join(source) for source in code]
    except (KeyError, TypeError, AttributeError, RecursionError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"not a notebook that can be read: {error!r:.80}") from None
    return "\n".join(_without_magics(text) for text in texts) + "\n"


def _without_magics(cell: str) -> str:
    """The cell with every line of IPython's own made a `pass`; a cell that is a magic as a whole is left out."""
    first, _, rest = cell.lstrip().partition("\n")
    if first.startswith("%%"):
        if first[2:].split(" ")[0] not in TIMED:
            return ""
        cell = "\n" + rest
    kept = []
    for line in cell.splitlines():
        bare = line.lstrip()
        if ran := RUN.match(bare):
            kept.append(f"{line[: len(line) - len(bare)]}__import__({ran[1]!r})")
            continue
        magic = bare.startswith(("%", "!", "?")) or bare.endswith("?")
        kept.append(line[: len(line) - len(bare)] + "pass" if magic else line)
    return "\n".join(kept)
