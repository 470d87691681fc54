"""The properties that students may read: everything that a public test function does not reach is cut away."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder.build.blocks import Block, blocks, joined
from autograder.errors import ManifestError
from autograder.manifest import Homework

__all__ = ["asked_of_reference", "public_suite"]

PREFIX = "tests.properties."
WIDTH = 120
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass
class Module:
    """A file of the suite: its blocks, and which of the names that they bind are needed."""

    path: Path
    blocks: tuple[Block, ...]
    needed: set[str] = field(default_factory=set)


def public_suite(homework: Homework) -> dict[str, str]:
    """Path below the root -> text of the property files with public properties only, and of what they share.

    Comments and formatting of what stays are kept. Raises ManifestError for a file that cannot be cut: something at
    top level besides imports, functions, classes and constants, or an import that does not name what it takes.
    """
    modules = {_name(homework, path): _module(path) for path in sorted(homework.properties.rglob("*.py"))}
    waiting = [
        (
            f"{PREFIX}{homework.package}.{part.problem_of(name)}.{homework.property_file(part).stem}",
            f"test_{name}",
        )
        for part in homework.parts.values()
        for name in part.public
    ]
    while waiting:
        place, name = waiting.pop()
        module = modules[place]
        if name in module.needed:
            continue
        module.needed.add(name)
        waiting += _reached(module, place, name, modules)
    return {
        module.path.relative_to(homework.root).as_posix(): joined(tuple(_kept(module)))
        for module in modules.values()
        if module.needed
    }


def asked_of_reference(suite: dict[str, str]) -> frozenset[str]:
    """The reference's functions that a suite calls."""
    return frozenset(
        node.attr
        for text in suite.values()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "reference"
    )


def _name(homework: Homework, path: Path) -> str:
    return ".".join(path.relative_to(homework.root).with_suffix("").parts)


def _module(path: Path) -> Module:
    found = Module(path, blocks(path.read_text(encoding="utf-8")))
    for block in found.blocks:
        if not (_bound(block.node) or _is_docstring(block.node)) or any("*" in name for name in _bound(block.node)):
            raise ManifestError(
                [f"{path.name}:{block.node.lineno}: a public suite cannot be cut here; put this into a function"]
            )
    return found


def _reached(module: Module, place: str, name: str, modules: dict[str, Module]) -> Iterator[tuple[str, str]]:
    """Where the things stand that the thing of this name uses; for an imported one, where it comes from."""
    for block in module.blocks:
        if name not in _bound(block.node):
            continue
        if isinstance(block.node, ast.ImportFrom) and block.node.module in modules:
            yield from ((block.node.module, a.name) for a in block.node.names if (a.asname or a.name) == name)
        elif not isinstance(block.node, ast.Import | ast.ImportFrom):
            mine = {bound for other in module.blocks for bound in _bound(other.node)}
            yield from ((place, used) for used in _used(block.node) & mine)


def _bound(node: ast.stmt) -> set[str]:
    """The names that a top-level statement binds."""
    if isinstance(node, Definition):
        return {node.name}
    if isinstance(node, ast.Import):
        return {alias.asname or alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {alias.asname or alias.name for alias in node.names}
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return {item.id for item in ast.walk(node) if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)}
    return set()


def _used(node: ast.stmt) -> set[str]:
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _kept(module: Module) -> Iterator[Block]:
    """The blocks that stay, with the widest gap of those that went before them; imports with the names still used."""
    gap = 0
    for block in module.blocks:
        gap = max(gap, block.gap)
        if isinstance(block.node, ast.Import | ast.ImportFrom):
            text = _trimmed(block, module.needed)
        else:
            text = block.text if _is_docstring(block.node) or _bound(block.node) & module.needed else ""
        if text:
            yield block._replace(text=text, gap=gap)
            gap = 0


def _trimmed(block: Block, needed: set[str]) -> str:
    """An import of the names that are needed, laid out as the formatter does; empty when none is."""
    assert isinstance(block.node, ast.Import | ast.ImportFrom)  # noqa: S101 - for the type checker
    names = [alias for alias in block.node.names if (alias.asname or alias.name.split(".")[0]) in needed]
    if len(names) == len(block.node.names):
        return block.text
    if not names:
        return ""
    shown = [f"{alias.name} as {alias.asname}" if alias.asname else alias.name for alias in names]
    head = f"from {block.node.module} import" if isinstance(block.node, ast.ImportFrom) else "import"
    line = f"{head} {', '.join(shown)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{head} (", *(f"    {name}," for name in shown), ")"])
