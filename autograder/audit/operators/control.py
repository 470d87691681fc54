"""Slips in the flow: statements, branches, comparisons, loops."""

import ast
from collections.abc import Iterator

__all__ = ["control"]

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
DELETED = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Raise, ast.Return, ast.If, ast.For, ast.While,
           ast.Break, ast.Continue, ast.With, ast.Assert)  # fmt: skip
Found = tuple[str, ast.AST | list[ast.stmt]]


def control(node: ast.AST) -> Iterator[Found]:
    """The rewrites of one statement or condition."""
    if isinstance(node, DELETED) and not _docstring(node):
        yield "statement deleted", [ast.Pass()]
    if isinstance(node, ast.If):
        negated = ast.UnaryOp(ast.Not(), node.test)
        yield "branches swapped", [ast.If(negated, node.body, node.orelse)]
        yield "branch always taken", list(node.body)
        if node.orelse:
            yield "branch never taken", list(node.orelse)
    elif isinstance(node, ast.IfExp):
        yield "branch always taken", node.body
        yield "branch never taken", node.orelse
    elif isinstance(node, ast.Compare):
        for i, op in enumerate(node.ops):
            for other in COMPARISONS[type(op)]:
                yield (
                    "comparison",
                    ast.Compare(node.left, [*node.ops[:i], other(), *node.ops[i + 1 :]], node.comparators),
                )
    elif isinstance(node, ast.BoolOp):
        twin = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "and for or", ast.BoolOp(twin, node.values)
        for i in range(len(node.values)):
            rest = [*node.values[:i], *node.values[i + 1 :]]
            yield "condition dropped", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    elif isinstance(node, ast.For | ast.While):
        once = [*node.body, ast.Break()]
        if isinstance(node, ast.For):
            yield "one round only", [ast.For(node.target, node.iter, once, node.orelse, lineno=node.lineno)]
        else:
            yield "one round only", [ast.While(node.test, once, node.orelse)]


def _docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
