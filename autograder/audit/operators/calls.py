"""Slips in calls: another function, arguments swapped, keywords dropped, a function forgotten, a wrong type."""

import ast
from collections.abc import Iterator

__all__ = ["calls", "name_of"]

OTHERS: dict[str, tuple[str, ...]] = {
    "sum": ("mean",),
    "mean": ("sum",),
    "max": ("min", "mean"),
    "min": ("max",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "log": ("log2", "log10", "log1p"),
    "log1p": ("log",),
    "exp": ("exp2", "expm1"),
    "zeros": ("ones",),
    "ones": ("zeros",),
    "var": ("std",),
    "std": ("var",),
    "any": ("all",),
    "all": ("any",),
    "prod": ("sum",),
    "floor": ("ceil",),
    "ceil": ("floor",),
    "vstack": ("hstack",),
    "hstack": ("vstack",),
    "inv": ("pinv",),
    "isfinite": ("isnan",),
    "standard_normal": ("random_sample",),
    "normal": ("uniform",),
    "array": ("asarray",),
}
FORGOTTEN = {
    "log", "exp", "sqrt", "abs", "square", "log1p", "expm1", "inv", "cholesky", "diagonal", "diag", "float", "int",
    "array", "asarray", "clip", "sum", "mean", "max", "min", "prod", "maximum", "minimum", "transpose", "softmax",
    "logsumexp", "cumsum", "sorted", "len", "astype", "copy", "reshape", "ravel", "squeeze", "all", "any",
}  # fmt: skip
ARRAYS_OR_NUMBERS = (ast.BinOp, ast.Call, ast.Name)
NUMPY = ("np", "numpy", "torch")


def calls(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The rewrites of one call, and of a returned value's type."""
    if isinstance(node, ast.Return) and node.value is not None:
        yield from _returned(node.value)
    if not isinstance(node, ast.Call):
        return
    name = name_of(node)
    for other in OTHERS.get(name, ()):
        yield "other function", ast.Call(_renamed(node.func, other), node.args, node.keywords)
    yield from _forgotten(node, name)
    if name == "solve" and len(node.args) == 2:
        yield "not inverted", ast.BinOp(node.args[0], ast.MatMult(), node.args[1])
    for i in range(len(node.args) - 1):
        swapped = [*node.args[:i], node.args[i + 1], node.args[i], *node.args[i + 2 :]]
        yield "arguments swapped", ast.Call(node.func, swapped, node.keywords)
    for i, keyword in enumerate(node.keywords):
        yield "keyword dropped", ast.Call(node.func, node.args, node.keywords[:i] + node.keywords[i + 1 :])
        for value in _other_values(keyword):
            changed = [*node.keywords[:i], ast.keyword(keyword.arg, value), *node.keywords[i + 1 :]]
            yield "keyword changed", ast.Call(node.func, node.args, changed)
    if name == "astype" and node.args:
        yield "wrong type", ast.Call(node.func, [_numpy("float32")], node.keywords)
    if name == "einsum" and node.args and isinstance(node.args[0], ast.Constant):
        inputs, arrow, output = str(node.args[0].value).partition("->")
        if len(output) > 1:
            turned = ast.Constant(inputs + arrow + output[::-1])
            yield "transposed", ast.Call(node.func, [turned, *node.args[1:]], node.keywords)
        if arrow:
            for i in range(1, len(node.args)):
                fewer = inputs.split(",")
                del fewer[i - 1]
                pattern = ast.Constant(",".join(fewer) + arrow + output)
                rest = [*node.args[1:i], *node.args[i + 1 :]]
                yield "term dropped", ast.Call(node.func, [pattern, *rest], node.keywords)


def name_of(node: ast.Call) -> str:
    """The last name of what is called: sum for np.sum and x.sum alike."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _forgotten(node: ast.Call, name: str) -> Iterator[tuple[str, ast.AST]]:
    """The call's argument, or the object of a method call, in the call's place."""
    if name not in FORGOTTEN:
        return
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        yield "function forgotten", node.func.value
    elif node.args:
        yield "function forgotten", node.args[0]
        if name in ("maximum", "minimum", "max", "min") and len(node.args) > 1:
            yield "function forgotten", node.args[1]


def _is_module(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in (*NUMPY, "math", "random", "scipy")


def _renamed(func: ast.expr, name: str) -> ast.expr:
    if isinstance(func, ast.Attribute):
        return ast.Attribute(func.value, name, ast.Load())
    return ast.Name(name, ast.Load())


def _other_values(keyword: ast.keyword) -> Iterator[ast.expr]:
    value = keyword.value
    if keyword.arg in ("keepdims", "rowvar", "bias") and isinstance(value, ast.Constant):
        yield ast.Constant(not value.value)
    elif keyword.arg == "dtype":
        yield _numpy("float32")
        yield _numpy("int64" if "float" in ast.unparse(value) else "float64")


def _returned(value: ast.expr) -> Iterator[tuple[str, ast.AST]]:
    """What comes back as whole numbers, the items of a tuple swapped.

    Single precision is not among them: a right result rounded to it still lies within 1e-7.
    """
    items = value.elts if isinstance(value, ast.Tuple) else [value]
    for i, item in enumerate(items):
        if not isinstance(item, ARRAYS_OR_NUMBERS):
            continue
        cast: ast.expr = ast.Call(_numpy("asarray"), [item], [ast.keyword("dtype", _numpy("int64"))])
        whole = ast.Tuple([*items[:i], cast, *items[i + 1 :]], ast.Load()) if len(items) > 1 else cast
        yield "wrong type", ast.Return(whole)
    if isinstance(value, ast.Tuple):
        for i in range(len(items) - 1):
            turned: list[ast.expr] = [*items[:i], items[i + 1], items[i], *items[i + 2 :]]
            yield "results swapped", ast.Return(ast.Tuple(turned, ast.Load()))


def _numpy(name: str) -> ast.expr:
    return ast.Attribute(ast.Name("np", ast.Load()), name, ast.Load())
