"""Refuses, while a submission runs, the imports that its homework does not allow; those of installed libraries pass.

The files were judged before they ran; this is for imports that their text does not show. It is a rule of the course,
not a wall: a program that reaches around it is still shut in.
"""

import builtins
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import PathFinder
from types import FrameType, ModuleType
from typing import Any

from autograder.imports import Rule, judged

__all__ = ["ForbiddenImport", "install"]


class ForbiddenImport(ImportError):
    """The submission imports, while it runs, what the homework does not allow."""


class Guard:
    """A finder that finds nothing: it only looks at who asks for what."""

    def __init__(self, rule: Rule, root: str, own: frozenset[str]) -> None:
        self.rule = rule
        self.own = own
        self.root = root

    def judge(self, name: str, by: Mapping[str, Any]) -> None:
        """Raises ForbiddenImport when a file of the submission imports a package against the rule."""
        package = name.split(".")[0]
        if judged(package, self.rule) or not self._theirs(by) or self._local(package):
            return
        allowed = "" if self.rule.allowed is None else f"; it allows {', '.join(self.rule.allowed)}"
        raise ForbiddenImport(f"importing {package} is not allowed in this homework{allowed}")

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> None:
        """For imports that do not come through `import`, importlib's for one: judged by the frame that asks."""
        if path is None:
            self.judge(name, _asking(1))

    def _theirs(self, by: Mapping[str, Any]) -> bool:
        """Whether code with these globals is the submission's: it lies in no installed file."""
        file = str(by.get("__file__"))
        return not os.path.isabs(file) or file.startswith(self.root + os.sep)

    def _local(self, package: str) -> bool:
        """Whether a package is the submission's own: what `import` finds of this name lies in its folder."""
        spec = None if package in self.rule.forbidden else PathFinder.find_spec(package)
        if spec is None and package not in self.rule.forbidden:
            return package in self.own  # it lies out of reach: Python's own error says so
        places = [] if spec is None else [spec.origin] if spec.origin else list(spec.submodule_search_locations or ())
        return bool(places) and all(str(place).startswith(self.root + os.sep) for place in places)


def install(rule: Rule, root: str, own: frozenset[str] = frozenset()) -> None:
    """From here on every import is judged; `root` is where the submission lies, `own` the names of its modules."""
    guard = Guard(rule, root, own)
    original = builtins.__import__

    def guarded(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if level == 0:
            guard.judge(name, globals if globals and "__file__" in globals else _asking(1))
        return original(name, globals, locals, fromlist or (), level)

    builtins.__import__ = guarded
    sys.meta_path.insert(0, guard)


def _asking(above: int) -> Mapping[str, Any]:
    """The globals of the code that wants a module: the nearest frame of a file, past importlib's own."""
    frame: FrameType | None = sys._getframe(above + 1)
    while frame is not None and not isinstance(frame.f_globals.get("__file__"), str):
        frame = frame.f_back
    while frame is not None and str(frame.f_globals.get("__name__", "")).startswith("importlib"):
        frame = frame.f_back
    return {} if frame is None else frame.f_globals
