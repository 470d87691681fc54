"""Slips with axes: transposes, broadcasts, slices, ranges."""

import ast
from collections.abc import Iterator

from autograder.audit.operators.calls import name_of

__all__ = ["TRANSPOSES", "arrays"]

TRANSPOSES = ("transposed", "transpose dropped")


def arrays(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The rewrites of one node that handles axes or positions."""
    if isinstance(node, ast.Attribute) and node.attr in ("T", "mT"):
        yield "transpose dropped", node.value
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        if not _turned(node.left):
            yield "transposed", ast.BinOp(ast.Attribute(node.left, "T", ast.Load()), node.op, node.right)
        if not _turned(node.right):
            yield "transposed", ast.BinOp(node.left, node.op, ast.Attribute(node.right, "T", ast.Load()))
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield from _axes(node)
    elif isinstance(node, ast.Slice):
        yield from _bounds(node)
    elif isinstance(node, ast.Call) and name_of(node) == "range" and node.args:
        yield from _range(node)


def _turned(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "T"


def _axes(node: ast.Subscript) -> Iterator[tuple[str, ast.AST]]:
    """A new axis at another place, or none; an index beside the right one."""
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    new = [i for i, item in enumerate(items) if isinstance(item, ast.Constant) and item.value is None]
    for i in new:
        rest = [*items[:i], *items[i + 1 :]]
        for j in range(len(items)):
            if j != i:
                moved: list[ast.expr] = [*rest[:j], items[i], *rest[j:]]
                yield "wrong axis", ast.Subscript(node.value, ast.Tuple(moved, ast.Load()), ast.Load())
    if new:
        yield "broadcast dropped", node.value
    for i, item in enumerate(items):
        if isinstance(item, ast.Name):
            beside: list[ast.expr] = [*items[:i], ast.BinOp(item, ast.Sub(), ast.Constant(1)), *items[i + 1 :]]
            inner = ast.Tuple(beside, ast.Load()) if len(beside) > 1 else beside[0]
            yield "off by one", ast.Subscript(node.value, inner, ast.Load())


def _bounds(node: ast.Slice) -> Iterator[tuple[str, ast.AST]]:
    """A slice that begins or ends one off, or not at all."""
    for by in (1, -1):
        if node.lower is not None:
            yield "off by one", ast.Slice(_plus(node.lower, by), node.upper, node.step)
        if node.upper is not None:
            yield "off by one", ast.Slice(node.lower, _plus(node.upper, by), node.step)
    if node.lower is not None:
        yield "slice dropped", ast.Slice(None, node.upper, node.step)
    if node.upper is not None:
        yield "slice dropped", ast.Slice(node.lower, None, node.step)


def _range(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    end = 0 if len(node.args) == 1 else 1
    for by in (1, -1):
        args = [*node.args[:end], _plus(node.args[end], by), *node.args[end + 1 :]]
        yield "off by one", ast.Call(node.func, args, [])
    if end == 0:
        yield "off by one", ast.Call(node.func, [ast.Constant(1), node.args[0]], [])


def _plus(node: ast.expr, by: int) -> ast.expr:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return ast.Constant(node.value + by)
    return ast.BinOp(node, ast.Add() if by > 0 else ast.Sub(), ast.Constant(abs(by)))
