"""Evaluates a checked formula on an instance: our own interpreter, bounded in steps and in memory.

Values are float64 numbers and arrays of at most LIMIT entries; what is not defined comes out as NaN or infinity, what
does not fit together raises FormulaError with one sentence.
"""

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from autograder.errors import FormulaError
from autograder.kit.formula import Formula
from autograder.kit.vocabulary import LIMIT, Function, Given, Value, fits

__all__ = ["STEPS", "Budget", "evaluate"]

STEPS = 3_000_000
EXPONENT, COMPUTED = 64, 10_000  # the largest exponent: one of written numbers only, one with names in it
AXES = 6
OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
CONSTANTS = {"pi": np.float64(np.pi), "inf": np.float64(np.inf)}
ELEMENTWISE = {"exp": np.exp, "log": np.log, "sqrt": np.sqrt}
FAILURES = (ArithmeticError, IndexError, TypeError, ValueError, np.linalg.LinAlgError)


class Budget:
    """The steps that are left; shared by all evaluations of one check."""

    def __init__(self, steps: int = STEPS) -> None:
        self.steps = self.left = steps

    def take(self, steps: int) -> None:
        """Spends steps; raises FormulaError when there are not so many left."""
        self.left -= steps
        if self.left < 0:
            raise FormulaError(f"it takes more than the {self.steps} steps that a derivation may take")

    @property
    def spent(self) -> bool:
        """Whether nothing is left."""
        return self.left < 0


def evaluate(formula: Formula, instance: Mapping[str, Given], budget: Budget) -> Value:
    """The formula's value on an instance; raises FormulaError where it has none."""
    known: dict[str, Any] = {
        name: value if isinstance(value := instance[name], Function) else _plain(value)
        for name in formula.names
        if name in instance
    }
    with np.errstate(all="ignore"):
        return _Machine(known, budget).plain(formula.tree)


def _plain(value: Any) -> Value:
    """A float64 number, or an array of at most LIMIT entries."""
    if isinstance(value, np.float64):
        return value
    if np.ndim(value) == 0:
        return np.float64(value)
    array = np.asarray(value, dtype=np.float64)
    fits(array.size)
    if array.ndim > AXES:
        raise FormulaError(f"it makes an array of {array.ndim} axes, {AXES} are allowed")
    return array


class _Machine:
    """One evaluation: the names with their values, loop variables among them, and the budget."""

    def __init__(self, known: dict[str, Any], budget: Budget) -> None:
        self.known = known
        self.budget = budget

    def value(self, node: ast.expr) -> Any:
        """The value of a node: a number, an array, or a function where a bare name stands for one."""
        self.budget.take(1)
        return HANDLERS[type(node)](self, node)

    def plain(self, node: ast.expr) -> Value:
        """The value of a node that must be a number or an array."""
        self.budget.take(1)
        value = HANDLERS[type(node)](self, node)
        if isinstance(value, Function):
            raise FormulaError(f"{value.name} is a function: call it")
        return value  # type: ignore[no-any-return]  # all that is not a Function is a Value

    def constant(self, node: ast.Constant) -> Value:
        """A number."""
        return np.float64(float(node.value))  # type: ignore[arg-type]  # the parser let numbers through only

    def name(self, node: ast.Name) -> Any:
        """What a name stands for."""
        found = self.known.get(node.id)
        if found is None:
            if node.id not in CONSTANTS:
                raise FormulaError(f"{node.id} is a function: call it")
            return CONSTANTS[node.id]
        return found

    def unary(self, node: ast.UnaryOp) -> Value:
        """Plus or minus."""
        value = self.plain(node.operand)
        return -value if isinstance(node.op, ast.USub) else value

    def binary(self, node: ast.BinOp) -> Value:
        """An operator between two values."""
        left, right = self.plain(node.left), self.plain(node.right)
        if isinstance(node.op, ast.MatMult):
            return self.product(left, right)
        if isinstance(node.op, ast.Pow):
            _check_exponent(node.right, right)
        return self.combine(OPERATORS[type(node.op)], left, right)

    def combine(self, op: Callable[[Any, Any], Any], left: Value, right: Value) -> Value:
        """An elementwise operation, on shapes that fit."""
        if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
            size = math.prod(_together(np.shape(left), np.shape(right)))
            fits(size)
            self.budget.take(size // 16)
        return op(left, right)  # type: ignore[no-any-return]  # numpy gives numbers and arrays

    def product(self, left: Value, right: Value) -> Value:
        """The matrix product of vectors and matrices."""
        shapes = np.shape(left), np.shape(right)
        if not all(1 <= len(shape) <= 2 for shape in shapes):
            raise FormulaError("`@` stands between vectors and matrices")
        if shapes[0][-1] != shapes[1][0]:
            raise FormulaError(f"shapes {shapes[0]} and {shapes[1]} do not fit around `@`")
        size = int(np.prod(shapes[0][:-1])) * int(np.prod(shapes[1][1:]))
        fits(size)
        self.budget.take(size * shapes[1][0] // 64)
        return _plain(np.matmul(left, right))

    def subscript(self, node: ast.Subscript) -> Value:
        """Entries of an array, by numbers from 0, slices, whole arrays of numbers, and None for a new axis."""
        array = self.plain(node.value)
        if not isinstance(array, np.ndarray):
            raise FormulaError("a number has no entries: it cannot have an index")
        index, spread = [], 0
        for item in node.slice.elts if isinstance(node.slice, ast.Tuple) else (node.slice,):
            found = self.index(item)
            if isinstance(found, np.ndarray):
                spread += found.size
            index.append(found)
        fits(spread * array.size // 100)
        try:
            return _plain(array[tuple(index)])
        except IndexError:
            raise FormulaError(f"an index is outside an array of shape {array.shape}") from None

    def index(self, node: ast.expr) -> Any:
        """One index as numpy takes it."""
        if isinstance(node, ast.Slice):
            ends = [None if end is None else self.whole(end) for end in (node.lower, node.upper)]
            return slice(*ends)
        if isinstance(node, ast.Constant) and node.value is None:
            return None
        value = self.plain(node)
        if isinstance(value, np.ndarray):
            if not ((value == np.rint(value)) & (value >= 0) & (value < LIMIT)).all():
                raise FormulaError("an index is not a whole number from 0 on")
            return value.astype(np.int64)
        return _whole(value)

    def whole(self, node: ast.expr) -> int:
        """The value of a node that must be a whole number from 0 on."""
        return _whole(self.plain(node))

    def call(self, node: ast.Call) -> Value:
        """A function's value on its arguments."""
        assert isinstance(node.func, ast.Name)  # noqa: S101 - the parser let nothing else through
        name = node.func.id
        if name in ("sum", "prod"):
            return self.loop(name, node)
        if name in ELEMENTWISE:
            if len(node.args) != 1:
                raise FormulaError(f"{name} takes one argument")
            value = self.plain(node.args[0])
            self.budget.take(np.size(value) // 16)
            return ELEMENTWISE[name](value)
        function = self.known.get(name)
        if not isinstance(function, Function):
            raise FormulaError(f"{name} is not a function")
        if len(node.args) not in function.arity:
            wanted = " or ".join(map(str, function.arity))
            raise FormulaError(f"{name} takes {wanted} arguments, not {len(node.args)}")
        arguments = [self.argument(function, place, argument) for place, argument in enumerate(node.args)]
        self.budget.take(sum(np.size(a) for a in arguments if not callable(a)) // 16)
        try:
            return _plain(function.call(*arguments))
        except FAILURES as error:
            raise FormulaError(f"{name} has no value there: {error}"[:200]) from None

    def argument(self, function: Function, place: int, node: ast.expr) -> Any:
        """One argument: a callable where the function takes one, else a number or an array."""
        if place in function.takes:
            found = self.lambda_(node) if isinstance(node, ast.Lambda) else self.value(node)
            if not isinstance(found, Function):
                raise FormulaError(f"{function.name} takes a function there: lambda t: …")
            return found.call
        if isinstance(node, ast.Lambda):
            raise FormulaError(f"{function.name} takes no function there")
        return self.plain(node)

    def lambda_(self, node: ast.Lambda) -> Function:
        """A lambda as a function; it lives no longer than the call it is an argument of."""
        parameters = [parameter.arg for parameter in node.args.args]

        def call(*values: Any) -> Value:
            if len(values) != len(parameters):
                raise FormulaError(f"a lambda of {len(parameters)} parameters got {len(values)}")
            before = {name: self.known[name] for name in parameters if name in self.known}
            self.known.update(zip(parameters, map(_plain, values), strict=True))
            try:
                return self.plain(node.body)
            finally:
                for name in parameters:
                    del self.known[name]
                self.known.update(before)

        return Function("a lambda", call, (len(parameters),))

    def loop(self, name: str, node: ast.Call) -> Value:
        """A sum or product over a generator, or of an array, over all of it or one axis."""
        if node.args and isinstance(node.args[0], ast.GeneratorExp):
            generator = node.args[0]
            op = operator.add if name == "sum" else operator.mul
            total: Value = np.float64(0.0 if name == "sum" else 1.0)
            for _ in self.turns(generator.generators):
                total = self.combine(op, total, self.plain(generator.elt))
            return total
        if not 1 <= len(node.args) <= 2:
            raise FormulaError(f"{name} takes a generator, or an array and perhaps an axis")
        array = np.asarray(self.plain(node.args[0]))
        self.budget.take(array.size // 16)
        axis = self.whole(node.args[1]) if len(node.args) == 2 else None
        if axis is not None and axis >= array.ndim:
            raise FormulaError(f"{name} over axis {axis} of an array that has {array.ndim}")
        return _plain(array.sum(axis=axis) if name == "sum" else array.prod(axis=axis))

    def turns(self, loops: list[ast.comprehension]) -> Iterator[None]:
        """One turn for each setting of the loop variables that meets the conditions."""
        if not loops:
            yield
            return
        loop = loops[0]
        assert isinstance(loop.iter, ast.Call)  # noqa: S101 - the parser let nothing else through
        assert isinstance(loop.target, ast.Name)  # noqa: S101
        ends = [self.whole(argument) for argument in loop.iter.args]
        numbers = range(*ends)
        if len(numbers) > self.budget.left:
            self.budget.take(len(numbers))
        for number in numbers:
            self.budget.take(1)
            self.known[loop.target.id] = np.float64(number)
            if all(self.holds(condition) for condition in loop.ifs):
                yield from self.turns(loops[1:])
        self.known.pop(loop.target.id, None)

    def holds(self, node: ast.expr) -> bool:
        """Whether the comparison behind an `if` holds."""
        assert isinstance(node, ast.Compare)  # noqa: S101 - the parser let nothing else through
        sides = [self.plain(side) for side in (node.left, *node.comparators)]
        if any(np.ndim(side) for side in sides):
            raise FormulaError("behind `if` numbers are compared, not arrays")
        return all(COMPARISONS[type(op)](a, b) for op, (a, b) in zip(node.ops, pairwise(sides), strict=True))


HANDLERS: dict[type[ast.expr], Callable[[_Machine, Any], Any]] = {
    ast.Constant: _Machine.constant,
    ast.Name: _Machine.name,
    ast.UnaryOp: _Machine.unary,
    ast.BinOp: _Machine.binary,
    ast.Subscript: _Machine.subscript,
    ast.Call: _Machine.call,
}


def _together(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of what two shapes make elementwise; raises FormulaError where they do not fit together."""
    if left == right or not right:
        return left
    if not left:
        return right
    try:
        return np.broadcast_shapes(left, right)
    except ValueError:
        raise FormulaError(f"shapes {left} and {right} do not fit together") from None


def _check_exponent(node: ast.expr, value: Value) -> None:
    """Refuses an exponent that is too large."""
    limit = EXPONENT if _written(node) else COMPUTED
    largest = np.abs(value).max(initial=0) if isinstance(value, np.ndarray) else abs(value)
    if not largest <= limit:
        raise FormulaError(f"it has an exponent beyond {limit}")


def _written(node: ast.expr) -> bool:
    """Whether a value is made of written numbers only."""
    if isinstance(node, ast.BinOp):
        return _written(node.left) and _written(node.right)
    return isinstance(node, ast.Constant) or (isinstance(node, ast.UnaryOp) and _written(node.operand))


def _whole(value: Value) -> int:
    """A value that is a whole number from 0 on, as an int."""
    if isinstance(value, np.ndarray):
        raise FormulaError(f"a whole number from 0 on is needed, it is an array of shape {value.shape}")
    if not 0 <= value < 1e15 or not value.is_integer():
        raise FormulaError(f"a whole number from 0 on is needed, it is {value:.6g}")
    return int(value)
