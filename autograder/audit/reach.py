"""Which functions of a module a call can reach, by the names that stand in the code: too many rather than too few."""

import ast
from collections.abc import Iterable, Mapping

from autograder.manifest import Homework, Problem

__all__ = ["calls_of", "definitions", "reachable"]

Definitions = Mapping[str, ast.FunctionDef]


def definitions(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """The functions of a module and the methods of its classes, by qualified name."""
    found: dict[str, ast.FunctionDef] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{item.name}": item for item in node.body if isinstance(item, ast.FunctionDef)}
    return found


def reachable(homework: Homework, problem: Problem, tree: ast.Module, functions: Iterable[str]) -> set[str]:
    """The qualified names that calls of these functions of the problem can come to, the adapter's way included."""
    names = set(functions)
    if problem.adapter:
        adapter = definitions(ast.parse((homework.reference / problem.adapter).read_bytes()))
        names |= _closed(adapter, names)[1]
    return _closed(definitions(tree), names)[0]


def calls_of(test: ast.AST) -> set[str]:
    """The names that a property takes from `student`."""
    return {
        node.attr
        for node in ast.walk(test)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "student"
    }


def _closed(found: Definitions, names: set[str]) -> tuple[set[str], set[str]]:
    """The definitions reached from these names, and every name that stands in them."""
    names, reached = set(names), set[str]()
    while True:
        new = {
            qualified for qualified in found if qualified not in reached and not names.isdisjoint(_called_by(qualified))
        }
        if not new:
            return reached, names
        reached |= new
        for qualified in new:
            names |= _mentioned(found[qualified])


def _called_by(qualified: str) -> tuple[str, ...]:
    """What stands in code that comes to this definition: its name, and the class's where making or calling one does.

    Calling a torch module comes to its `forward`.
    """
    owner, _, name = qualified.rpartition(".")
    return (owner, name) if name.startswith("__") or name == "forward" else (name,)


def _mentioned(node: ast.AST) -> set[str]:
    names = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            names.add(inner.id)
        elif isinstance(inner, ast.Attribute):
            names.add(inner.attr)
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str) and inner.value.isidentifier():
            names.add(inner.value)
    return names
