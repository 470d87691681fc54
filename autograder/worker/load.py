"""Lays the submission out in the scratch folder and makes a module of the file to be graded; errors become replies."""

import importlib.util
import os
import sys
from types import ModuleType
from typing import Any

from autograder.worker.faults import describe
from autograder.worker.source import decoded

__all__ = ["Loaded", "lay_out", "load"]


class Loaded:
    """The student's module and the adapter that stands before it: what `serve` calls."""

    def __init__(self, module: ModuleType, adapter: ModuleType | None) -> None:
        self.module = module
        self.adapter = adapter

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


def load(scratch: str, file: str, adapter: bytes | None) -> tuple[Loaded | None, dict[str, Any] | None]:
    """Runs `file` of the submission below `scratch` as a module; gives it, or the error as a reply.

    The current folder becomes the file's own, and its neighbours can be imported after everything installed, so that a
    file called numpy.py replaces nothing.
    """
    root = os.path.join(scratch, "submission")
    folder = os.path.dirname(os.path.join(root, file))
    os.chdir(folder)
    name = _free_name(file)
    sys.path.append(folder)
    sys.argv = [os.path.basename(file)]
    try:
        with open(os.path.join(root, file), "rb") as f:
            source = f.read()
        module = _run(name, source, file)
        return Loaded(module, None if adapter is None else _run("adapter", adapter, "<adapter>")), None
    except BaseException as error:  # whatever the student's code raises at import, SystemExit included, is its verdict
        return None, describe(error, at_import=True)


def _write(root: str, path: str, data: bytes) -> None:
    target = os.path.normpath(os.path.join(root, path))
    if not target.startswith(root + os.sep):
        raise ValueError(f"a path out of the submission: {path!r}")
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as f:
        f.write(data)


def _free_name(file: str) -> str:
    """The file's own name as a module, unless that would stand in the way of a library."""
    stem = os.path.splitext(os.path.basename(file))[0]
    taken = not stem.isidentifier() or stem in sys.modules or importlib.util.find_spec(stem) is not None
    return f"submitted_{stem}" if taken else stem


def _run(name: str, source: bytes, filename: str) -> ModuleType:
    text = decoded(source, filename)
    code = compile(text, filename, "exec", dont_inherit=True)
    module = ModuleType(name)
    module.__file__ = filename
    module.__dict__["__source__"] = text
    sys.modules[name] = module
    exec(code, module.__dict__)
    return module
