"""The part of this package that a student's machine needs: what the commands there import, and the worker's files."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.engine.sandbox import STAGED
from autograder.errors import InternalFault

__all__ = ["NOT_FOR_STUDENTS", "STUDENT_COMMANDS", "closure", "imported"]

STUDENT_COMMANDS = ("check", "pack", "show")
ROOTS = ("autograder.__main__", "autograder.cli", "autograder.notebook", "autograder.worker.debug")
NOT_FOR_STUDENTS = (
    "autograder.audit",
    "autograder.build",
    "autograder.course",
    "autograder.engine.doctor",
    "autograder.engine.freeze",
    "autograder.engine.record",
    "autograder.engine.suite",
    "autograder.suites",
)


def closure(package: Path, also: Iterable[str] = ()) -> dict[str, Path]:
    """Module -> file of everything that `check`, `pack` and `show` need, by name; `package` is the folder autograder/.

    `also` are sources outside of it, whose imports count too: the public properties. Imports are followed wherever they
    stand, in functions too. Raises InternalFault, with the chain of imports, when something that students must not get
    is among them.
    """
    commands = (f"autograder.commands.{name}" for name in STUDENT_COMMANDS)
    waiting = [(name, name) for name in (*ROOTS, *commands) if _file_of(package, name)]
    waiting += [(_module_of(path), f"the worker's {path}") for path in STAGED]
    waiting += [(name, "the properties") for source in also for name in imported(source)]
    found: dict[str, Path] = {}
    while waiting:
        name, chain = waiting.pop()
        path = _file_of(package, name)
        if name in found or path is None:
            continue
        if name.startswith(NOT_FOR_STUDENTS):
            raise InternalFault(f"{name} is not for students, but a handout would need it: {chain}")
        found[name] = path
        waiting += [(other, f"{chain} -> {other}") for other in imported(path.read_text(encoding="utf-8"))]
    return dict(sorted(found.items()))


def imported(source: str) -> Iterator[str]:
    """The modules of ours that a file may import, with the packages above them; names of things in them too."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            parts = name.split(".")
            if parts[0] == "autograder":
                yield from (".".join(parts[:n]) for n in range(1, len(parts) + 1))


def _module_of(path: str) -> str:
    return "autograder." + path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _file_of(package: Path, name: str) -> Path | None:
    """The file of a module, None where there is none of that name."""
    place = package.parent / name.replace(".", "/")
    return next((path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()), None)
