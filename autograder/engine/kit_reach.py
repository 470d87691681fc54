"""The files that a homework's suite is made of: its properties, and of the kit the modules that they reach."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.manifest import Homework

__all__ = ["kit_files", "suite_files"]

KIT = "autograder.kit"


def suite_files(homework: Homework) -> list[Path]:
    """The property files and what of the kit they reach; in a handout, whose root holds no kit, the first alone."""
    own = sorted(homework.properties.rglob("*.py"))
    return [*own, *kit_files(homework.root / "autograder" / "kit", own)]


def kit_files(kit: Path, sources: Iterable[Path]) -> list[Path]:
    """The modules of the kit that these files import, themselves or through each other; all where that is not said.

    A name that the kit's package hands on counts for the module that it comes from: a module that no file reaches may
    change without making a homework's banks stale.
    """
    package = kit / "__init__.py"
    if not package.is_file():
        return []
    handed_on = {name: module for module, name in _imported(package)}
    modules = {path.stem: path for path in kit.glob("*.py") if path != package}
    reached: set[str] = set()
    waiting = list(sources)
    while waiting:
        for module, name in _imported(waiting.pop()):
            target = module or (handed_on.get(name, "") or name)
            if target not in modules:  # the package as a whole, or all that it has
                return sorted(kit.rglob("*.py"))
            if target not in reached:
                reached.add(target)
                waiting.append(modules[target])
    return sorted(modules[name] for name in reached)


def _imported(path: Path) -> Iterator[tuple[str, str]]:
    """What a file imports of the kit: the module ("" for the package itself) and the name."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and _of_kit(node.module):
            yield from ((_module(node.module), alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((_module(alias.name), "") for alias in node.names if _of_kit(alias.name))


def _of_kit(name: str | None) -> bool:
    return name == KIT or (name or "").startswith(f"{KIT}.")


def _module(name: str | None) -> str:
    return (name or "").removeprefix(KIT).removeprefix(".").split(".")[0]
