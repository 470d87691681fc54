"""A notebook's code cells as one module: each is compiled and run by itself, and a cell that fails stops no other."""

import ast
import inspect
import linecache
import re
import traceback
from collections.abc import Callable
from types import CodeType, ModuleType
from typing import Any, NamedTuple

from autograder.source.notebook import read
from autograder.worker.faults import STARTS, describe
from autograder.worker.magics import Shell, as_python

__all__ = ["Cells", "Failure"]

BOUND = re.compile(r"(?m)^[ \t]*(?:(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|(\w+)[ \t]*=(?!=))")
FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
SHOWN, NAMES, NOTES = 100, 200, 5
ABSENT = object()

Show = Callable[[Any], object]


class Failure(NamedTuple):
    """A cell that did not run to its end: its number, what happened, and the key of a refusal by the walls."""

    cell: int
    text: str
    refusal: str


class Cells:
    """The notebook's module, the cells that are to run in it, and what came of those that did.

    `name` is the file's own name. `source` is all cells as Python, one below the other: the module's `__source__`,
    what `inspect.getsource` looks into, and the text in which a function's line numbers count.
    """

    def __init__(self, data: bytes, name: str, module: ModuleType) -> None:
        """Reads and transforms; runs nothing. Raises notebook.Unreadable."""
        self.name = name
        self.failures: dict[int, Failure] = {}
        self.left: set[int] = set()
        self.held_up: dict[str, Failure] = {}
        self.space = vars(module)
        self.prepare: Callable[[ast.Module], object] = lambda tree: None  # may change a cell before it is compiled
        self._shell = Shell(self.space)
        self._left_out: dict[int, list[str]] = {}
        self._cells: list[tuple[int, str]] = []
        self.raw = ""
        for cell in read(data):
            if cell.number:
                self.raw += cell.source + "\n"
                python = as_python(cell.source)
                self._cells.append((cell.number, python.text))
                self._left_out[cell.number] = list(python.left_out)
        self.source = "".join(text for _, text in self._cells)
        self.space["__source__"] = self.source.encode("utf-8", "backslashreplace")
        self.space["display"] = lambda *things, **options: None
        self._file_away()

    def __len__(self) -> int:
        return len(self._cells)

    def run(self, index: int, show: Show | None = None) -> Failure | None:
        """Runs the cell at this place, whatever it raises; gives what went wrong. `show` gets its last line's value."""
        number, text = self._cells[index]
        names = _bound(text)
        before = {name: self.space.get(name, ABSENT) for name in names}
        self.space["get_ipython"] = lambda: self._shell
        self._shell.left_out = self._left_out[number]
        failure = None
        try:
            self._execute(number, text, show)
        except BaseException as error:  # SystemExit and KeyboardInterrupt end a cell, and nothing else
            failure = self.failures[number] = self._failure(number, text, error)
            if isinstance(error, SystemExit) and error.code in (None, 0):
                self.left.add(number)
        for name in names:
            if failure is None or self.space.get(name, ABSENT) is not before[name]:
                self.held_up.pop(name, None)
            elif len(self.held_up) < NAMES:
                self.held_up[name] = failure
        return failure

    def place(self, line: int) -> tuple[int, int]:
        """The cell's number, and the line in it, of a line of `source`; both count from 1."""
        starts = [(number, STARTS[self._filename(number)]) for number, _ in self._cells]
        number, start = max((pair for pair in starts if pair[1] < line), default=(0, 0), key=lambda pair: pair[0])
        return number, line - start

    def left_out(self, index: int) -> list[str]:
        """What of the cell at this place did not run because it is no Python."""
        return self._left_out[self._cells[index][0]]

    def notes(self) -> list[str]:
        """What was left out of which cell, at most a few."""
        found = [f"cell {number}: {', '.join(things[:5])}" for number, things in self._left_out.items() if things]
        more = [f"and more in {len(found) - NOTES} other cells"] if len(found) > NOTES else []
        return found[:NOTES] + more

    def _execute(self, number: int, text: str, show: Show | None) -> None:
        filename = self._filename(number)
        compile(text, filename, "exec", FLAGS, dont_inherit=True)  # what is wrong with it counts lines in the cell
        tree = ast.parse(text, filename)
        self.prepare(tree)
        ast.increment_lineno(tree, STARTS[filename])
        last = tree.body.pop() if show and _is_shown(tree.body, text) else None
        self._await(compile(tree, filename, "exec", FLAGS, dont_inherit=True))
        if show and isinstance(last, ast.Expr):
            show(self._await(compile(ast.Expression(last.value), filename, "eval", FLAGS, dont_inherit=True)))

    def _await(self, code: CodeType) -> Any:
        """Runs code of a cell, to its end where it is a coroutine."""
        value = eval(code, self.space)  # noqa: S307 - running it is the worker's purpose
        if not code.co_flags & inspect.CO_COROUTINE:
            return value
        import asyncio

        return asyncio.run(value)

    def _failure(self, number: int, text: str, error: BaseException) -> Failure:
        try:
            told = describe(error, at_import=True)
            kind = str(told["kinds"][0]) if told["kinds"] else "exception"
            line = self._line(number, error)
            mine = isinstance(error, SyntaxError) and error.filename == self._filename(number)
            words = f"{kind}: {error.msg}" if mine else told["text"]  # type: ignore[attr-defined]
            quoted = text.split("\n")[line - 1].strip()[:SHOWN] if line else ""
            place = f" (line {line}: {quoted})" if line else ""
            return Failure(number, _plain(f"{words[:600]}{place}"), told["refusal"])
        except BaseException:  # an exception that fights being looked at
            return Failure(number, "an exception that cannot be read", "")

    def _line(self, number: int, error: BaseException) -> int:
        """The line of the cell at which it stopped; 0 where that is not known."""
        filename = self._filename(number)
        if isinstance(error, SyntaxError) and error.filename == filename:
            return error.lineno or 0
        lines = [frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__) if frame.filename == filename]
        return lines[0] - STARTS[filename] if lines else 0

    def _filename(self, number: int) -> str:
        return f"{self.name}[{number}]"

    def _file_away(self) -> None:
        """Lets tracebacks and `inspect` find every cell's source."""
        lines = self.source.splitlines(keepends=True)
        start = 0
        linecache.cache[self.name] = (len(self.source), None, lines, self.name)
        for number, text in self._cells:
            filename = self._filename(number)
            STARTS[filename] = start
            linecache.cache[filename] = (len(self.source), None, lines, filename)
            start += text.count("\n")


def _is_shown(body: list[ast.stmt], text: str) -> bool:
    """Whether a cell ends in an expression whose value Jupyter would show."""
    return bool(body) and isinstance(body[-1], ast.Expr) and not text.rstrip().endswith(";")


def _bound(text: str) -> list[str]:
    """The names that a cell defines at its top level; of one that is no Python, those that look like it."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [function or name for function, name in BOUND.findall(text)][:NAMES]
    found: dict[str, None] = {}
    for node in ast.walk(_without_bodies(tree)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[node.name] = None
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found[node.id] = None
        elif isinstance(node, ast.alias):
            found[(node.asname or node.name).split(".")[0]] = None
    return list(found)[:NAMES]


def _without_bodies(tree: ast.Module) -> ast.Module:
    """The tree with what functions and classes hold taken out of them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            node.body = []
    return tree


def _plain(text: str) -> str:
    """The text without half surrogates, which no message can carry."""
    return text.encode("utf-8", "backslashreplace").decode()
