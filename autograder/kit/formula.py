"""The formulas of derivations as data: parsed with `ast`, held against a small grammar, never executed.

A formula has numbers, names, `+ - * / ** @`, subscripts, calls of named functions with positional arguments, `lambda`
as such an argument, and `sum` or `prod` of a generator over `range(…)`, with comparisons behind its `if`. Everything
else is refused with one sentence. What comes out is a checked tree, for `autograder.kit.evaluate`.
"""

import ast
import warnings
from collections.abc import Collection
from typing import NamedTuple

from autograder.errors import FormulaError

__all__ = ["ALWAYS", "CHARACTERS", "DEPTH", "NODES", "Formula", "parse"]

CHARACTERS, NODES, DEPTH = 400, 400, 80
ALWAYS = ("exp", "log", "sqrt", "pi", "inf", "sum", "prod", "range")  # names that every formula may use
LOOPS = ("sum", "prod")

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.MatMult)
COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
REFUSED = {
    ast.Attribute: "a dot behind a name is not part of the notation: use the names as they are",
    ast.Compare: "a comparison may only stand behind the `if` of a sum or product",
    ast.BoolOp: "`and` and `or` are not part of the notation: write a second `if`",
    ast.IfExp: "`… if … else …` is not part of the notation",
    ast.List: "lists are not part of the notation",
    ast.Set: "sets are not part of the notation",
    ast.Dict: "dicts are not part of the notation",
    ast.Tuple: "a tuple may only stand as an index: px[a, b]",
    ast.ListComp: "square brackets around a generator are not part of the notation: sum(… for a in range(n))",
    ast.SetComp: "braces around a generator are not part of the notation: sum(… for a in range(n))",
    ast.DictComp: "dicts are not part of the notation",
    ast.GeneratorExp: "a generator may only be the one argument of sum or prod",
    ast.Lambda: "`lambda` may only be an argument of a function of this derivation",
    ast.NamedExpr: "`:=` is not part of the notation",
    ast.JoinedStr: "text is not part of the notation",
    ast.Starred: "`*` and `**` before an argument are not part of the notation",
    ast.Slice: "a slice may only stand as an index: x[:, 0]",
}


class Formula(NamedTuple):
    """A checked formula: its text, its tree, and the names of the derivation that it uses."""

    text: str
    tree: ast.expr
    names: frozenset[str]

    @property
    def form(self) -> str:
        """Equal exactly for formulas that are written alike, but for spaces and brackets."""
        return ast.dump(self.tree)


def parse(text: str, names: Collection[str]) -> Formula:
    """The formula that a text holds; `names` are those of the derivation, besides ALWAYS.

    Raises FormulaError with one sentence for anything that is not in the grammar, and for texts of more than
    CHARACTERS characters, trees of more than NODES nodes or DEPTH levels.
    """
    if len(text) > CHARACTERS:
        raise FormulaError(f"it has {len(text)} characters, {CHARACTERS} are allowed")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise FormulaError(f"it is not a formula: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError):
        raise FormulaError("it is not a formula") from None
    reader = _Reader(frozenset(names))
    reader.value(tree, frozenset(), 0)
    return Formula(text.strip(), tree, frozenset(reader.used))


class _Reader:
    """Walks one tree, counts its nodes and gathers the names it uses."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.used: set[str] = set()
        self.nodes = 0

    def value(self, node: ast.expr, bound: frozenset[str], depth: int) -> None:
        """Checks an expression that stands for a value; `bound` are the loop variables around it."""
        self.count(depth)
        if isinstance(node, ast.Constant):
            _number(node)
        elif isinstance(node, ast.Name):
            self.name(node.id, bound)
        elif isinstance(node, ast.BinOp):
            if not isinstance(node.op, OPERATORS):
                raise FormulaError("of the operators only + - * / ** @ are part of the notation")
            self.value(node.left, bound, depth + 1)
            self.value(node.right, bound, depth + 1)
        elif isinstance(node, ast.UnaryOp):
            if not isinstance(node.op, ast.USub | ast.UAdd):
                raise FormulaError("`not` and `~` are not part of the notation")
            self.value(node.operand, bound, depth + 1)
        elif isinstance(node, ast.Subscript):
            self.value(node.value, bound, depth + 1)
            for item in node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]:
                self.index(item, bound, depth + 1)
        elif isinstance(node, ast.Call):
            self.call(node, bound, depth)
        else:
            raise FormulaError(REFUSED.get(type(node), f"{type(node).__name__} is not part of the notation"))

    def index(self, node: ast.expr, bound: frozenset[str], depth: int) -> None:
        """Checks one index: a value, a slice without a step, or None for a new axis."""
        if isinstance(node, ast.Slice):
            self.count(depth)
            if node.step is not None:
                raise FormulaError("a slice with a step is not part of the notation")
            for end in (node.lower, node.upper):
                if end is not None:
                    self.value(end, bound, depth + 1)
        elif isinstance(node, ast.Constant) and node.value is None:
            self.count(depth)
        else:
            self.value(node, bound, depth)

    def call(self, node: ast.Call, bound: frozenset[str], depth: int) -> None:
        """Checks a call of a named function."""
        if not isinstance(node.func, ast.Name):
            if isinstance(node.func, ast.Attribute):
                raise FormulaError(REFUSED[ast.Attribute])
            raise FormulaError("only a named function can be called")
        if node.keywords:
            raise FormulaError("an argument with a name is not part of the notation: give arguments by position")
        name = node.func.id
        if name == "range":
            raise FormulaError("range may only stand behind `in`")
        if name in bound:
            raise FormulaError(f"{name} is a variable here, not a function")
        self.name(name, bound)
        for argument in node.args:
            if isinstance(argument, ast.GeneratorExp):
                if name not in LOOPS or len(node.args) != 1:
                    raise FormulaError(REFUSED[ast.GeneratorExp])
                self.generator(argument, bound, depth + 1)
            elif isinstance(argument, ast.Lambda):
                if name in ALWAYS:
                    raise FormulaError(REFUSED[ast.Lambda])
                self.function(argument, bound, depth + 1)
            else:
                self.value(argument, bound, depth + 1)

    def generator(self, node: ast.GeneratorExp, bound: frozenset[str], depth: int) -> None:
        """Checks what a sum or product runs over, then its term."""
        self.count(depth)
        for loop in node.generators:
            call = loop.iter
            if loop.is_async or not isinstance(loop.target, ast.Name):
                raise FormulaError("a sum or product runs over one plain variable: for a in range(n)")
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "range"):
                raise FormulaError("a sum or product runs over range(…) only")
            if call.keywords or not 1 <= len(call.args) <= 2:
                raise FormulaError("range takes one or two numbers here")
            for argument in call.args:
                self.value(argument, bound, depth + 1)
            bound = self.bind(loop.target.id, bound)
            for condition in loop.ifs:
                self.condition(condition, bound, depth + 1)
        self.value(node.elt, bound, depth + 1)

    def condition(self, node: ast.expr, bound: frozenset[str], depth: int) -> None:
        """Checks the comparison behind an `if`."""
        self.count(depth)
        if not isinstance(node, ast.Compare) or not all(isinstance(op, COMPARISONS) for op in node.ops):
            raise FormulaError("behind `if` stands a comparison of numbers: if a != b")
        for side in (node.left, *node.comparators):
            self.value(side, bound, depth + 1)

    def function(self, node: ast.Lambda, bound: frozenset[str], depth: int) -> None:
        """Checks a lambda with plain parameters."""
        self.count(depth)
        given = node.args
        if given.posonlyargs or given.vararg or given.kwonlyargs or given.kwarg or given.defaults or not given.args:
            raise FormulaError("a lambda has plain parameters: lambda t: …")
        for parameter in given.args:
            bound = self.bind(parameter.arg, bound)
        self.value(node.body, bound, depth + 1)

    def bind(self, name: str, bound: frozenset[str]) -> frozenset[str]:
        """The bound names with one more, which must be new."""
        if name in self.names or name in ALWAYS or name in bound:
            raise FormulaError(f"{name} has a meaning already: take another letter for the variable")
        return bound | {name}

    def name(self, name: str, bound: frozenset[str]) -> None:
        """Takes down a name, which must mean something."""
        if name in self.names:
            self.used.add(name)
        elif name not in bound and (name not in ALWAYS or name == "range"):
            known = ", ".join((*sorted(self.names), *ALWAYS))
            raise FormulaError(f"{name[:40]} is no name of this derivation; there are {known}")

    def count(self, depth: int) -> None:
        """One more node at this depth."""
        self.nodes += 1
        if self.nodes > NODES:
            raise FormulaError(f"it has more than the {NODES} parts that are allowed")
        if depth > DEPTH:
            raise FormulaError(f"it is nested deeper than the {DEPTH} levels that are allowed")


def _number(node: ast.Constant) -> None:
    """A constant is a number that a float can hold."""
    if isinstance(node.value, bool) or node.value is None:
        raise FormulaError(f"{node.value} is not part of the notation")
    if isinstance(node.value, str | bytes):
        raise FormulaError("text is not part of the notation")
    if not isinstance(node.value, int | float):
        raise FormulaError(f"{type(node.value).__name__} numbers are not part of the notation")
    try:
        float(node.value)
    except OverflowError:
        raise FormulaError("it has a number that is too large") from None
