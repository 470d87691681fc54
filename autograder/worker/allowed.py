"""Holds a file that is about to run, and what of the submission it imports, against the homework's import rule."""

import os
import re
from collections.abc import Iterator, Mapping

from autograder.imports import Rule, Violation, own_modules, sentence, violations
from autograder.source.text import decoded
from autograder.worker.cells import Cells

__all__ = ["NotAllowed", "own_names", "require_allowed"]

WRITTEN = re.compile(r"(?m)^%%(?:writefile|file)[ \t]+(?:-a[ \t]+)?([\w./]+\.py)[ \t]*$")


class NotAllowed(Exception):
    """The file imports what the homework does not allow; the text says where and what."""


class Sources(Mapping[str, str]):
    """The texts of a submission's Python files by path, read when asked for; `file` is known already."""

    def __init__(self, root: str, file: str, text: str) -> None:
        self._root = root
        self._known = {file: text}

    def __contains__(self, path: object) -> bool:
        return path in self._known or os.path.isfile(os.path.join(self._root, str(path)))

    def __getitem__(self, path: str) -> str:
        if path not in self._known:
            with open(os.path.join(self._root, path), "rb") as f:
                data = f.read()
            try:
                self._known[path] = decoded(data, path)
            except SyntaxError:  # whoever imports it will hear of that
                self._known[path] = ""
        return self._known[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def own_names(root: str, cells: Cells | None) -> frozenset[str]:
    """The modules that a submission has anywhere below `root`, or that a notebook's cells write."""
    there = [os.path.relpath(os.path.join(place, name), root) for place, _, names in os.walk(root) for name in names]
    return own_modules([*there, *(WRITTEN.findall(cells.raw) if cells is not None else ())])


def require_allowed(
    root: str, file: str, text: str, rule: Rule, cells: Cells | None, own: frozenset[str] = frozenset()
) -> None:
    """Raises NotAllowed when `file`, with this text, imports against the rule.

    `cells` are those of a notebook, `own` the names of the submission's modules.
    """
    found = violations(Sources(root, file, text), file, rule, own)
    if not found:
        return

    def place(violation: Violation) -> str:
        if cells is None or violation.file != file:
            return f"line {violation.line} of {violation.file}"
        cell, line = cells.place(violation.line)
        return f"cell {cell}, line {line} of {os.path.basename(file)}"

    raise NotAllowed(sentence(found, rule, place))
