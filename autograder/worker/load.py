"""Lays the submission out in the scratch folder and makes a module of the file to be graded; errors become replies."""

import importlib.util
import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from autograder.imports import Rule, with_notebooks
from autograder.source.notebook import Unreadable, is_notebook
from autograder.source.text import decoded
from autograder.source.twins import notebook_counts
from autograder.worker.allowed import NotAllowed, own_names, require_allowed
from autograder.worker.cells import Cells
from autograder.worker.exhibit import exhibit
from autograder.worker.faults import describe
from autograder.worker.guard import install

__all__ = ["Loaded", "fault_of", "lay_out", "load"]


class Loaded:
    """The student's file as a module, made in three steps, and the adapter that stands before it: what `serve` calls.

    `read` learns the sources and runs nothing; `run` runs one step of them, a notebook's cell or a whole .py file;
    `report` says what came of it.
    """

    def __init__(self, root: str, file: str, adapter: bytes | None, rule: Rule) -> None:
        self.file = file
        self._root = root
        self._rule = rule
        self.cells: Cells | None = None
        self.module = ModuleType(_free_name(file))
        self.adapter: ModuleType | None = None
        self._path = os.path.join(root, file)
        self._adapter = adapter

    def read(self) -> int:
        """Makes the sources known; gives how many steps there are to run. Raises what the file is at fault with."""
        with open(self._path, "rb") as f:
            data = f.read()
        if is_notebook(self.file):
            self.module.__file__ = os.path.basename(self.file)
            self.cells = Cells(data, os.path.basename(self.file), self.module)
        else:
            self.module.__file__ = self.file
            vars(self.module)["__source__"] = decoded(data, self.file)
        text = vars(self.module)["__source__"] if self.cells is None else self.cells.source
        own = own_names(self._root, self.cells)
        require_allowed(self._root, self.file, text, self._rule, self.cells, own)
        install(self._rule if self.cells is None else with_notebooks(self._rule), self._root, own)
        sys.modules[self.module.__name__] = self.module
        return 1 if self.cells is None else len(self.cells)

    def run(self, step: int) -> None:
        """Runs one step. Raises what a .py file raises; what a cell raises is kept for the report."""
        if self.cells is not None:
            self.cells.run(step)
        else:
            exec(compile(vars(self.module)["__source__"], self.file, "exec", dont_inherit=True), vars(self.module))

    def show(self, step: int) -> dict[str, Any]:
        """Runs one cell of a notebook and gives what it showed."""
        return {} if self.cells is None else exhibit(self.cells, step)

    def report(self, functions: list[str]) -> dict[str, Any]:
        """What of the wanted functions is there, and what a notebook's cells held up or left out. Runs the adapter."""
        if self._adapter is not None:
            self.adapter = sys.modules["adapter"] = ModuleType("adapter")
            exec(compile(self._adapter, "<adapter>", "exec", dont_inherit=True), vars(self.adapter))
        found = {"missing": self.missing(functions), "names": self.names(), "odd": self.odd(functions)}
        if self.cells is None:
            return found
        held = {name: list(failure) for name, failure in self.cells.held_up.items() if len(name) < 80}
        failed = [list(failure) for failure in self.cells.failures.values()][:10]
        return found | {"held": held, "failed": failed, "notes": [note[:400] for note in self.cells.notes()]}

    def missing(self, functions: list[str]) -> list[str]:
        """The wanted functions that neither the adapter nor the module has as something callable."""
        return [name for name in functions if not callable(self._find(name))]

    def odd(self, functions: list[str]) -> dict[str, str]:
        """The wanted functions that are there but cannot be called, and what they are instead."""
        found = {name: vars(self.module)[name] for name in functions if name in vars(self.module)}
        return {name: str(type(value).__name__)[:80] for name, value in found.items() if not callable(value)}

    def names(self) -> list[str]:
        """Callables of the student's module that could be a misspelt function."""
        found = [
            str(name)[:80] for name, value in vars(self.module).items() if callable(value) and not name.startswith("_")
        ]
        return sorted(found)[:200]

    def call(self, function: str, args: Any, kwargs: Any) -> Any:
        """Calls the adapter's function with the module, or the module's own."""
        if self.adapter is not None and hasattr(self.adapter, function):
            return getattr(self.adapter, function)(self.module, *args, **kwargs)
        return getattr(self.module, function)(*args, **kwargs)

    def _find(self, name: str) -> Any:
        if self.adapter is not None and hasattr(self.adapter, name):
            return getattr(self.adapter, name)
        return getattr(self.module, name, None)


def lay_out(scratch: str, message: dict[str, Any]) -> dict[str, Any]:
    """Writes the submission's files below `scratch`; says how many, or what went wrong (which is not the student's)."""
    root = os.path.join(scratch, "submission")
    paths = message["paths"].decode().split("\0")
    start = 0
    try:
        for path, size in zip(paths, message["sizes"].tolist(), strict=True):
            _write(root, path, message["data"][start : start + size])
            start += size
    except (OSError, ValueError) as error:
        return {"failed": repr(error)[:300]}
    return {"laid": len(paths)}


def load(scratch: str, message: dict[str, Any], script: Callable[..., Loaded]) -> Loaded:
    """The file of the submission below `scratch` that counts, `message["file"]` or its twin; nothing of it has run.

    Where the message names functions to watch, `script` makes the value.

    The current folder becomes the file's own, and its neighbours can be imported after everything installed, so that a
    file called numpy.py replaces nothing.
    """
    root = os.path.join(scratch, "submission")
    file, twin = message["file"], message["twin"]
    if twin is not None and _twin_counts(root, file, twin, message["functions"]):
        file = twin
    folder = os.path.dirname(os.path.join(root, file))
    os.chdir(folder)
    allowed, forbidden = message["imports"]
    rule = Rule(None if allowed is None else tuple(allowed), tuple(forbidden))
    if message["watch"] is None:
        loaded = Loaded(root, file, message["adapter"], rule)
    else:
        loaded = script(root, file, rule, tuple(message["watch"]), message["reply_limit"] * 3 // 4)
    sys.path.append(folder)
    sys.argv = [os.path.basename(file)]
    return loaded


def fault_of(error: BaseException) -> dict[str, Any]:
    """The reply for what went wrong while a file was read or run."""
    if isinstance(error, Unreadable | NotAllowed):
        verdict = "forbidden" if isinstance(error, NotAllowed) else "raised"
        return {"verdict": verdict, "kinds": [], "text": str(error)[:600], "where": "", "refusal": ""}
    return describe(error, at_import=True)


def _twin_counts(root: str, file: str, twin: str, functions: list[str]) -> bool:
    with open(os.path.join(root, file), "rb") as python, open(os.path.join(root, twin), "rb") as notebook:
        return notebook_counts(python.read(), notebook.read(), functions)


def _write(root: str, path: str, data: bytes) -> None:
    target = os.path.normpath(os.path.join(root, path))
    if not target.startswith(root + os.sep):
        raise ValueError(f"a path out of the submission: {path!r}")
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as f:
        f.write(data)


def _free_name(file: str) -> str:
    """The file's own name as a module, unless that would stand in the way of a library.

    A notebook gets another one: where its cells import a file of the same name, they mean that file.
    """
    stem = os.path.splitext(os.path.basename(file))[0]
    if is_notebook(file):
        return f"notebook_{stem}"
    taken = not stem.isidentifier() or stem in sys.modules or importlib.util.find_spec(stem) is not None
    return f"submitted_{stem}" if taken else stem
