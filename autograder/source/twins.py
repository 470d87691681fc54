"""Which of two files counts, gmm.py or gmm.ipynb: decided by their syntax trees, before anything of them runs.

The rule: the .py counts, unless none of the problem's functions is written in it and some are in the notebook. A
function of the problem is one that the manifest names or that is still a stub in either file; it is written when it
stands there with a body that is no stub.
"""

import ast
import re
from collections.abc import Iterable

from autograder.source.cells import python_of
from autograder.source.notebook import Unreadable, is_notebook, read
from autograder.source.text import decoded

__all__ = ["DEFINED", "is_stub", "notebook_counts", "states", "untouched"]

DEFINED = re.compile(r"(?m)^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)")

States = dict[str, bool]  # function (Class.method) -> whether it is written


def notebook_counts(python: bytes, notebook: bytes, wanted: Iterable[str]) -> bool:
    """Whether the notebook is graded instead of the .py of the same problem; runs nothing, raises nothing."""
    wanted = set(wanted)
    beside, inside = _states_of_text(python), _states_of_notebook(notebook)
    if beside is None or inside is None:  # what is no Python is no template, and its author shall hear of it
        return False
    return not _written(beside, inside, wanted) and _written(inside, beside, wanted)


def untouched(name: str, data: bytes, wanted: Iterable[str]) -> bool:
    """Whether nothing of the problem is written in the file of that name, by the same rule; what is damaged is not."""
    found = (_states_of_notebook if is_notebook(name) else _states_of_text)(data)
    return found is not None and not _written(found, {}, set(wanted))


def states(source: str) -> States:
    """Every function and method by name, and whether it is written; the last of a name counts. Raises SyntaxError."""
    found: States = {}
    _collect(ast.parse(source).body, "", found)
    return found


def _states_of_text(data: bytes) -> States | None:
    try:
        return states(decoded(data, ""))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _states_of_notebook(data: bytes) -> States | None:
    """The functions of all cells; of a name's several the last counts."""
    found: States = {}
    try:
        for cell in read(data):
            found |= _cell_states(cell.source) if cell.number else {}
    except (Unreadable, RecursionError, MemoryError):
        return None
    return found


def is_stub(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function says itself that it is not written: it raises NotImplementedError, not in a branch."""
    return any(map(_raises_unwritten, _until_its_end(function.body)))


def _written(mine: States, other: States, wanted: set[str]) -> bool:
    names = {name for table in (mine, other) for name, done in table.items() if not done or _last(name) in wanted}
    counted = names or set(mine)
    star = mine.get("*", False)  # what is not defined here may have come from there
    return any(mine.get(name, star) for name in counted)


def _collect(body: list[ast.stmt], prefix: str, found: States) -> None:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found[prefix + node.name] = not _unfinished(node.body)
        elif isinstance(node, ast.ClassDef):
            _collect(node.body, f"{prefix}{node.name}.", found)
        elif isinstance(node, ast.If | ast.Try | ast.With):
            for part in ("body", "orelse", "finalbody"):
                _collect(getattr(node, part, []), prefix, found)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            names = ast.walk(ast.Tuple(node.targets if isinstance(node, ast.Assign) else [node.target]))
            found |= {prefix + name.id: True for name in names if isinstance(name, ast.Name)}
        elif isinstance(node, ast.ImportFrom):
            found |= {prefix + (alias.asname or alias.name): True for alias in node.names}


def _unfinished(body: list[ast.stmt]) -> bool:
    """Whether this is a stub, or a body with a region that nobody has filled in."""
    rest = _until_its_end(body)
    if all(isinstance(node, ast.Pass) or _is_constant(node) for node in rest):
        return True
    inner = [node.body for node in rest if isinstance(node, ast.For | ast.While | ast.With)]
    return any(_raises_unwritten(node) for node in rest) or any(
        any(_raises_unwritten(node) for node in loop) for loop in inner
    )


def _until_its_end(body: list[ast.stmt]) -> list[ast.stmt]:
    """The body without texts and what stands below a return or raise, which is never run."""
    ends = next((i for i, node in enumerate(body, 1) if isinstance(node, ast.Return | ast.Raise)), len(body))
    return [node for node in body[:ends] if not _is_text(node)]


def _raises_unwritten(node: ast.stmt) -> bool:
    raised = node.exc if isinstance(node, ast.Raise) else None
    name = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(name, ast.Name) and name.id == "NotImplementedError"


def _is_text(node: ast.stmt) -> bool:
    return _is_constant(node) and isinstance(node.value.value, str)  # type: ignore[attr-defined]


def _is_constant(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _cell_states(source: str) -> States:
    """A cell's functions; in one that is no Python, whatever looks like a definition."""
    try:
        return states(python_of(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return dict.fromkeys(DEFINED.findall(source), True)


def _last(name: str) -> str:
    return name.rsplit(".", 1)[-1]
