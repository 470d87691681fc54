"""The files that a homework's suite is made of: its properties, and of the kit the modules that they reach."""

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from autograder.manifest import Homework

__all__ = ["kit_files", "suite_files"]

ABOVE = "autograder"  # who imports it may reach the whole kit through it
KIT = f"{ABOVE}.kit"


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


def _imported(path: Path) -> tuple[tuple[str, str], ...]:
    """What a file imports of the kit: the module ("" for the package itself) and the name."""
    return _imports(path.read_bytes())


@lru_cache(maxsize=1024)  # the public bank and the hidden one are held against the same files
def _imports(source: bytes) -> tuple[tuple[str, str], ...]:
    return tuple(_found(ast.parse(source)))


def _found(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            if _of_kit(node.module):
                yield from ((_module(node.module), alias.name) for alias in node.names)
            elif node.module == ABOVE and any(alias.name in ("kit", "*") for alias in node.names):
                yield "", ""
        elif isinstance(node, ast.Import):
            ours = [alias.name for alias in node.names if alias.name.split(".")[0] == ABOVE]
            yield from ((_module(name) if _of_kit(name) else "", "") for name in ours)


def _of_kit(name: str | None) -> bool:
    return name == KIT or (name or "").startswith(f"{KIT}.")


def _module(name: str | None) -> str:
    return (name or "").removeprefix(KIT).removeprefix(".").split(".")[0]
