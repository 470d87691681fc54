"""Functions that derivations may name, as values: what each takes, and whether it is exact or numerical."""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.errors import FormulaError

__all__ = [
    "CALCULUS",
    "DIFFERENTIATE",
    "ENTROPY",
    "INTEGRATE",
    "KL",
    "LIMIT",
    "MATRICES",
    "Function",
    "Given",
    "Value",
    "fits",
    "scaled",
]

Array = NDArray[np.float64]
Value = np.float64 | Array
FAR = 30.0
LIMIT = 10_000  # entries that an array may have while a formula is evaluated


@dataclass(frozen=True)
class Function:
    """A function that formulas may call: `arity` numbers of arguments, `takes` positions where it takes a function.

    Its values are exact to rounding unless it is `loose`: then relations hold within 1e-7 instead of 1e-8. Arguments
    are float64 numbers and arrays, and plain callables of such where it takes functions. It may raise FormulaError.
    """

    name: str
    call: Callable[..., Any]
    arity: tuple[int, ...]
    takes: tuple[int, ...] = ()
    loose: bool = False


# what an instance gives a name: a count (an int), a number, an array, a function
Given = int | float | Array | Function


def fits(size: int) -> None:
    """Refuses an array of so many entries before it is made."""
    if size > LIMIT:
        raise FormulaError(f"it makes an array of {size} entries, {LIMIT} are allowed")


def scaled(function: Function, factor: float, constant: float) -> Function:
    """The function with its values multiplied by `factor`, plus `constant`."""

    def call(*arguments: Any) -> Any:
        return factor * np.asarray(function.call(*arguments)) + constant

    return Function(function.name, call, function.arity, function.takes, function.loose)


def _kl(p: Value, q: Value) -> Any:
    """Sum of p log(p / q), with 0 log 0 = 0."""
    p, q = _vector(p, "KL"), _vector(q, "KL")
    if p.shape != q.shape:
        raise FormulaError(f"KL of arrays of shapes {p.shape} and {q.shape}")
    return np.where(p == 0, 0.0, p * np.log(p / q)).sum()


def _entropy(p: Value) -> Any:
    """Minus the sum of p log p, with 0 log 0 = 0."""
    p = _vector(p, "H")
    return -np.where(p == 0, 0.0, p * np.log(p)).sum()


def _integral(f: Callable[[float], Any], low: Value, high: Value) -> float:
    """Adaptive quadrature of f from low to high; either may be infinite.

    Far out on an infinite range factors overflow against each other (infinity times 0): that counts as 0.
    """
    from scipy.integrate import quad

    low, high = _number(low, "integral"), _number(high, "integral")
    endless = bool(np.isinf(low) or np.isinf(high))

    def integrand(t: float) -> float:
        value = float(_number(f(np.float64(t)), "integral"))
        return 0.0 if endless and abs(t) > FAR and math.isnan(value) else value

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what did not converge is off, and fails like any wrong value
        return float(quad(integrand, low, high, epsabs=1e-9, epsrel=1e-9, limit=60)[0])


def _ddx(f: Callable[[float], Any], x: Value) -> float:
    """The derivative of f at x, from five points."""
    x = _number(x, "ddx")
    h = 1e-3 * max(1.0, abs(float(x)))
    at = [float(_number(f(np.float64(x + k * h)), "ddx")) for k in (-2, -1, 1, 2)]
    return (at[0] - 8 * at[1] + 8 * at[2] - at[3]) / (12 * h)


def _inverse(a: Value) -> Any:
    return np.linalg.inv(_square(a, "inv"))


def _logdet(a: Value) -> Any:
    sign, value = np.linalg.slogdet(_square(a, "logdet"))
    return value if sign > 0 else math.nan


def _diag(a: Value) -> Any:
    a = np.asarray(a)
    if a.ndim not in (1, 2):
        raise FormulaError("diag takes a vector or a matrix")
    fits(a.size**2 if a.ndim == 1 else a.size)
    return np.diag(a)


def _outer(a: Value, b: Value) -> Any:
    a, b = _vector(a, "outer"), _vector(b, "outer")
    fits(a.size * b.size)
    return np.outer(a, b)


def _dot(a: Value, b: Value) -> Any:
    a, b = _vector(a, "dot"), _vector(b, "dot")
    if a.shape != b.shape:
        raise FormulaError(f"dot of vectors of lengths {a.size} and {b.size}")
    return a @ b


def _mean(a: Value, axis: Value | None = None) -> Any:
    a = np.asarray(a)
    if axis is not None and not 0 <= float(_number(axis, "mean")) < a.ndim:
        raise FormulaError("mean over an axis that is not there")
    return a.mean() if axis is None else a.mean(axis=int(axis))


def _number(value: Any, name: str) -> np.float64:
    if np.ndim(value) != 0:
        raise FormulaError(f"{name} needs a number, it got an array of shape {np.shape(value)}")
    return np.float64(value)


def _vector(value: Any, name: str) -> Array:
    if np.ndim(value) != 1:
        raise FormulaError(f"{name} takes vectors, it got a value with {np.ndim(value)} axes")
    return np.asarray(value, dtype=np.float64)


def _square(value: Any, name: str) -> Array:
    if np.ndim(value) != 2 or len(set(np.shape(value))) != 1 or np.shape(value)[0] > 100:
        raise FormulaError(f"{name} takes a square matrix, it got shape {np.shape(value)}")
    return np.asarray(value, dtype=np.float64)


KL = Function("KL", _kl, (2,))
ENTROPY = Function("H", _entropy, (1,))
INTEGRATE = Function("integral", _integral, (3,), takes=(0,), loose=True)
DIFFERENTIATE = Function("ddx", _ddx, (2,), takes=(0,), loose=True)
CALCULUS = (INTEGRATE, DIFFERENTIATE)
MATRICES = (
    Function("inv", _inverse, (1,)),
    Function("logdet", _logdet, (1,)),
    Function("trace", lambda a: np.trace(_square(a, "trace")), (1,)),
    Function("diag", _diag, (1,)),
    Function("outer", _outer, (2,)),
    Function("dot", _dot, (2,)),
    Function("mean", _mean, (1, 2)),
    Function("transpose", np.transpose, (1,)),
)
