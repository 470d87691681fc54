"""Slips in formulas: terms, operands, signs, factors, constants, powers."""

import ast
from collections.abc import Iterator

__all__ = ["arithmetic"]

TWINS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
UNEVEN = (ast.Sub, ast.Div, ast.MatMult, ast.Pow, ast.FloorDiv, ast.Mod)
WHOLE: dict[int, tuple[int, ...]] = {0: (1,), 1: (0, 2), 2: (1, 3)}
REAL: dict[float, tuple[float, ...]] = {0.0: (1.0,), 0.5: (1.0, 2.0), 1.0: (0.5, 2.0), 2.0: (1.0, 0.5)}


def arithmetic(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The rewrites of one node of a formula."""
    if isinstance(node, ast.BinOp):
        yield from _terms(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        if not isinstance(node.operand, ast.Constant):
            yield "sign", node.operand
        else:
            yield "constant", node.operand
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield "negation dropped", node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        for value in _other(node.value):
            yield "constant", ast.Constant(value)
    elif isinstance(node, ast.Assign | ast.Return) and node.value is not None and _weighs(node.value):
        for factor in (0.5, 2.0):
            yield "halve or double", _with_value(node, ast.BinOp(ast.Constant(factor), ast.Mult(), node.value))
        yield "sign", _with_value(node, ast.UnaryOp(ast.USub(), node.value))
    elif isinstance(node, ast.AugAssign):
        if twin := TWINS.get(type(node.op)):
            yield "sign", ast.AugAssign(node.target, twin(), node.value)
        yield "overwritten", ast.Assign([node.target], node.value, lineno=node.lineno)


def _terms(node: ast.BinOp) -> Iterator[tuple[str, ast.AST]]:
    left, op, right = node.left, node.op, node.right
    yield "term dropped", left
    if isinstance(op, ast.Sub):
        yield "term dropped", ast.UnaryOp(ast.USub(), right)
    elif isinstance(op, ast.Div) and not isinstance(left, ast.Constant):
        yield "term dropped", ast.BinOp(ast.Constant(1.0), ast.Div(), right)
    elif not isinstance(op, ast.Pow | ast.Div):
        yield "term dropped", right
    if isinstance(op, UNEVEN):
        yield "operands swapped", ast.BinOp(right, op, left)
    if twin := TWINS.get(type(op)):
        yield ("sign" if isinstance(op, ast.Add | ast.Sub) else "operator"), ast.BinOp(left, twin(), right)
    if isinstance(op, ast.Add | ast.Sub):
        for factor in (0.5, 2.0):
            if not isinstance(left, ast.Constant):
                yield "halve or double", ast.BinOp(ast.BinOp(ast.Constant(factor), ast.Mult(), left), op, right)
            if not isinstance(right, ast.Constant):
                yield "halve or double", ast.BinOp(left, op, ast.BinOp(ast.Constant(factor), ast.Mult(), right))
    if isinstance(op, ast.MatMult):
        yield "operator", ast.BinOp(left, ast.Mult(), right)


def _other(value: float) -> tuple[float, ...]:
    if isinstance(value, int):
        return WHOLE.get(value, (value - 1, value + 1))
    return REAL.get(value, (value * 10, value / 10))


def _weighs(value: ast.expr) -> bool:
    """Whether a value is a number in the making: an expression, not a tuple, a name or a call of its own."""
    return isinstance(value, ast.BinOp) or (isinstance(value, ast.Call) and bool(value.args))


def _with_value(node: ast.Assign | ast.Return, value: ast.expr) -> ast.AST:
    if isinstance(node, ast.Assign):
        return ast.Assign(node.targets, value, lineno=node.lineno)
    return ast.Return(value)
