"""Plain data as Python code that makes it again."""

import sys
from typing import Any

import numpy as np

from autograder.plain import Tensor

__all__ = ["call_lines", "literal"]

WIDTH = 100


def literal(value: Any, *, most: int | None = None) -> str:
    """The value as an expression with np, torch and nothing else; exact, but for the bits inside a NaN.

    Arrays of more than `most` numbers (None: of none) are told by their shape, in angle brackets: no code at all.
    """
    if isinstance(value, Tensor):
        return _tensor(value, most)
    if isinstance(value, np.ndarray):
        return _array(value, most)
    if isinstance(value, np.generic):
        return f"np.{value.dtype}({_plain(value.item())})" if value.dtype != bool else f"np.bool({value.item()})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {literal(item, most=most)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        items = [literal(item, most=most) for item in value]
        if isinstance(value, list):
            return f"[{', '.join(items)}]"
        return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
    return _plain(value)


def call_lines(
    function: str, args: tuple[Any, ...], kwargs: dict[str, Any], names: list[str], *, most: int | None = None
) -> list[str]:
    """A call as lines of code, an argument a line, what it is called behind it."""
    labels = [*names[: len(args)], *[""] * (len(args) - len(names))]
    lines = [f"{function}("]
    for label, value in zip(labels, args, strict=True):
        lines += _argument("", literal(value, most=most), f"  # {label}" if label else "")
    for name, value in kwargs.items():
        lines += _argument(f"{name}=", literal(value, most=most), "")
    return [*lines, ")"]


def _argument(start: str, code: str, end: str) -> list[str]:
    """One argument below the call, its later lines as far in as its first."""
    first, *rest = code.splitlines() or [""]
    lines = [f"    {start}{first}", *(f"    {line}" for line in rest)]
    return [*lines[:-1], f"{lines[-1]},{end}"]


def _plain(value: Any) -> str:
    """A Python value; NaN and the infinities have no literal of their own."""
    if isinstance(value, float) and not np.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, complex):  # 1-0j is another number than complex(1, -0.0)
        return f"complex({_plain(value.real)}, {_plain(value.imag)})"
    return repr(value)


def _array(value: "np.ndarray[Any, Any]", most: int | None) -> str:
    if most is not None and value.size > most:
        return f"<array {value.shape} of {value.dtype}>"
    if value.dtype.kind not in "biufc":
        return f"np.array({value.tolist()!r}, dtype={str(value.dtype)!r})"
    if not value.size:
        return f"np.zeros({value.shape}, dtype={_dtype(value)})"
    if value.dtype.kind == "c":
        flat = np.array(value, order="C").reshape(-1)
        return f"{_array(flat.view(flat.real.dtype), None)}.view({_dtype(value)}).reshape({value.shape})"
    with np.printoptions(nanstr="np.nan", infstr="np.inf", floatmode="unique", threshold=sys.maxsize, legacy=False):
        text = np.array2string(value, separator=", ", max_line_width=WIDTH, prefix="np.array(")
    return f"np.array({text}, dtype={_dtype(value)})"


def _dtype(value: "np.ndarray[Any, Any]") -> str:
    return "np.bool" if value.dtype == bool else f"np.{value.dtype}"


def _tensor(value: Tensor, most: int | None) -> str:
    if most is not None and value.data.size > most:
        return f"<tensor {value.data.shape} of {value.dtype}>"
    made = f"torch.from_numpy({_array(value.data, None)})"
    made += f".view(torch.{value.dtype})" if value.dtype == "bfloat16" else f".to(torch.{value.dtype})"
    return made + (".requires_grad_()" if value.requires_grad else "")
