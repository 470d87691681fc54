"""Slips that only show in a whole function: a return too early, one name written for another."""

import ast
from collections.abc import Iterator

__all__ = ["whole"]


def whole(function: ast.FunctionDef) -> Iterator[tuple[str, ast.AST, ast.AST | list[ast.stmt]]]:
    """(operator, node, what takes its place) for a function's own statements and names."""
    yield from _early(function)
    yield from _names(function)


def _early(function: ast.FunctionDef) -> Iterator[tuple[str, ast.AST, list[ast.stmt]]]:
    """The last result returned before one of the statements, as soon as all names in it have values."""
    last = function.body[-1]
    if not isinstance(last, ast.Return) or last.value is None:
        return
    needed = {name.id for name in ast.walk(last.value) if isinstance(name, ast.Name)}
    assigned = {arg.arg for arg in function.args.args}
    unset = (needed & _stored(function)) - assigned
    for i, statement in enumerate(function.body[:-1]):
        plain = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if i and not plain and not unset:
            yield "early return", statement, [ast.Return(last.value), statement]
        unset -= _stored(statement)


def _names(function: ast.FunctionDef) -> Iterator[tuple[str, ast.AST, ast.AST]]:
    """The next parameter in a parameter's place, wherever its value is used."""
    names = [arg.arg for arg in function.args.args if arg.arg not in ("self", "cls")]
    following = dict(zip(names, [*names[1:], *names[:1]], strict=True)) if len(names) > 1 else {}
    for statement in function.body:
        for node in _outside_messages(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in following:
                yield "wrong name", node, ast.Name(following[node.id], ast.Load())


def _outside_messages(node: ast.AST) -> Iterator[ast.AST]:
    """The node and everything below it that is no part of an exception or of a formatted string."""
    if not isinstance(node, ast.Raise | ast.JoinedStr):
        yield node
        for child in ast.iter_child_nodes(node):
            yield from _outside_messages(child)


def _stored(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
