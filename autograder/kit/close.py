"""Comparisons of a student's value with the right one: NaN, wrong shapes and wrong types fail by construction."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.errors import CheckFailed
from autograder.kit import margin
from autograder.plain import Tensor

__all__ = [
    "EXACT",
    "T32",
    "T64",
    "T64L",
    "Tolerance",
    "as_array",
    "as_dict",
    "as_integers",
    "as_scalar",
    "as_tuple",
    "as_vector",
    "assert_close",
    "assert_distribution",
    "assert_that",
]


class Tolerance(NamedTuple):
    """|got - wanted| <= atol + rtol * |wanted|, and why that much."""

    atol: float
    rtol: float
    reason: str


EXACT = Tolerance(0.0, 0.0, "integers and counts have one right value")
T64 = Tolerance(1e-9, 1e-7, "closed forms in float64: right programs differ by 1e-12 at most")
T64L = Tolerance(1e-6, 1e-5, "several iterations, or condition numbers up to 1e8")
T32 = Tolerance(1e-4, 1e-4, "float32 is allowed here")


def as_array(value: Any, shape: tuple[int, ...], what: str, *, infinite: bool = False) -> NDArray[np.float64]:
    """The value as a float64 array of exactly this shape; lists of numbers count as arrays.

    Raises CheckFailed("malformed") for anything that is not numbers, not real, of another shape, or not finite
    (`infinite` lets infinities pass, NaN never).
    """
    array = _numbers(value, what)
    if array.shape != tuple(shape):
        raise CheckFailed(
            "malformed",
            f"{what} has the wrong shape",
            got=f"shape {_shape(array.shape)}{_hint(array.shape, tuple(shape))}",
            expected=f"shape {_shape(tuple(shape))}",
        )
    good = ~np.isnan(array) if infinite else np.isfinite(array)
    if not good.all():
        bad = tuple(int(i) for i in np.argwhere(~good)[0])
        name = "NaN" if np.isnan(array[bad]) else "infinite"
        raise CheckFailed(
            "malformed", f"{what} is not finite", got=f"{what}{_at(bad)} is {name}", expected="finite numbers"
        )
    return array


def as_vector(value: Any, m: int, what: str) -> NDArray[np.float64]:
    """The value as an array of shape (m,); a column of shape (m, 1) counts as the same vector."""
    array = _numbers(value, what)
    return as_array(array[:, 0] if array.shape == (m, 1) else array, (m,), what)


def as_scalar(value: Any, what: str) -> float:
    """The value as one finite float; a float, a 0-d array and an array with one entry count alike."""
    return float(as_array(_one(value, what), (), what))


def as_integers(value: Any, shape: tuple[int, ...], what: str) -> NDArray[np.int64]:
    """The value as an int64 array of this shape; floats count when every one is a whole number."""
    array = as_array(value, shape, what)
    whole = np.rint(array)
    if not (np.abs(array) < 2**53).all() or not (whole == array).all():
        raise CheckFailed("malformed", f"{what} must hold whole numbers")
    return whole.astype(np.int64)


def as_tuple(value: Any, n: int, what: str) -> tuple[Any, ...]:
    """The value as a tuple of n items; a list counts as a tuple."""
    if isinstance(value, Tensor) or not isinstance(value, tuple | list):
        shape = f" of shape {_shape(value.shape)}" if isinstance(value, np.ndarray) else ""
        raise CheckFailed("malformed", f"{what} must be a tuple of {n} items", got=_kind(value) + shape)
    if len(value) != n:
        raise CheckFailed("malformed", f"{what} must be a tuple of {n} items", got=f"{len(value)} items")
    return tuple(value)


def as_dict(value: Any, names: tuple[str, ...], what: str) -> dict[str, Any]:
    """The entries of a dict that have these names; there may be others."""
    wanted = f"a dict with {', '.join(names)}"
    if not isinstance(value, dict):
        raise CheckFailed("malformed", f"{what} must be a dict", got=_kind(value), expected=wanted)
    if absent := [name for name in names if name not in value]:
        raise CheckFailed("malformed", f"{what} lacks entries", got=f"no {', '.join(absent)}", expected=wanted)
    return {name: value[name] for name in names}


def assert_close(got: Any, wanted: Any, *, what: str, tol: Tolerance = T64) -> None:
    """`got` equals `wanted` within the tolerance, entry by entry, in the shape of `wanted`; infinity equals itself.

    Raises CheckFailed: "malformed" as `as_array` does, else "wrong" with the first entry that is off.
    """
    right = np.asarray(wanted, dtype=np.float64)
    infinite = bool(np.isinf(right).any())
    note = _precision(got)
    if right.ndim == 0:
        got = _one(got, what)
    array = as_array(got, right.shape, what, infinite=infinite)
    with np.errstate(over="ignore", invalid="ignore"):  # inf - inf, or 1e308 + 1e308: not close
        near = np.abs(array - right) <= tol.atol + tol.rtol * np.abs(right)
    good = np.where(np.isfinite(right), near & np.isfinite(array), array == right)
    if margin.wanted():
        margin.note(what, _ratio(array, right, good, tol))
    if good.all():
        return
    where = tuple(int(i) for i in np.argwhere(~good)[0])
    off = int((~good).sum())
    raise CheckFailed(
        "wrong",
        f"{what} is not the right value",
        got=f"{what}{_at(where)} = {array[where]:.6g}"
        + (f"  ({off} of {array.size} entries differ)" if array.size > 1 else "")
        + note,
        expected=f"{right[where]:.6g}  (tolerance {_allowed(tol)})",
    )


def assert_distribution(rows: NDArray[np.float64], *, what: str, atol: float = 1e-9) -> None:
    """Entries lie in [0, 1] and every row (last axis) sums to one within atol."""
    assert_that(bool((rows >= -atol).all() and (rows <= 1 + atol).all()), f"{what} has an entry outside [0, 1]")
    total = np.append(rows.sum(axis=-1), 1.0)  # no rows at all are distributions too
    worst = float(total.flat[int(np.argmax(np.abs(total - 1)))])
    assert_that(
        bool((np.abs(total - 1) <= atol).all()),
        f"{what}: a row does not sum to 1",
        got=f"a row sums to {worst:.9g}",
        expected="1",
    )


def assert_that(
    claim: bool, reason: str, *, got: str = "", expected: str = "", ratio: float | None = None, chance: float = 0.0
) -> None:
    """The claim holds; else CheckFailed("wrong") with this reason.

    Where the claim is that a number stays below a limit, `ratio` is the number over the limit, and `chance` bounds the
    probability that a right program passes it: the audit asks for both, grading does not look at them.
    """
    if ratio is not None:
        margin.note(reason, ratio, chance)
    if not claim:
        raise CheckFailed("wrong", reason, got=got, expected=expected)


def _ratio(array: NDArray[np.float64], right: NDArray[np.float64], good: NDArray[np.bool_], tol: Tolerance) -> float:
    """The largest difference over what the tolerance allows there; infinite where nothing is allowed."""
    with np.errstate(all="ignore"):
        ratios = np.abs(array - right) / (tol.atol + tol.rtol * np.abs(right))
    exact = np.where(good, 0.0, np.inf)
    return float(np.where(np.isfinite(ratios), ratios, exact).max(initial=0.0))


def _one(value: Any, what: str) -> NDArray[np.float64]:
    """A value with one entry as a 0-d array; any other as it is."""
    array = _numbers(value, what)
    return array.reshape(()) if array.size == 1 else array


def _numbers(value: Any, what: str) -> NDArray[np.float64]:
    """Any plain numeric value as a float64 array, or CheckFailed("malformed"); a torch tensor counts by its values."""
    if isinstance(value, Tensor):
        if value.dtype == "bfloat16":
            raise CheckFailed("malformed", f"{what} must be an array of real numbers", got="a tensor of bfloat16")
        value = value.data
    if not _plain(value):
        raise CheckFailed("malformed", f"{what} must be an array of numbers", got=_kind(value))
    try:
        array = np.asarray(value)
    except ValueError:
        raise CheckFailed(
            "malformed", f"{what} must be an array of numbers", got="nested lists of unequal length"
        ) from None
    if array.dtype.kind not in "buif":
        raise CheckFailed("malformed", f"{what} must be an array of real numbers", got=_kind(value))
    return array.astype(np.float64)


def _plain(value: Any) -> bool:
    """Numbers, arrays, lists of such: for a string in a list numpy would reserve its length for every item."""
    if isinstance(value, list | tuple):
        return all(_plain(item) for item in value)
    return isinstance(value, bool | int | float | complex | np.ndarray | np.number | np.bool_)


def _kind(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype}"
    return "None (is a return missing?)" if value is None else f"a value of type {type(value).__name__}"


def _shape(shape: tuple[int, ...]) -> str:
    return "()" if shape == () else f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def _hint(got: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    return ": is it transposed?" if got == wanted[::-1] and got != wanted else ""


def _precision(value: Any) -> str:
    """A note for values that came back with fewer digits than float64 has."""
    kind = value.data.dtype if isinstance(value, Tensor) else getattr(value, "dtype", None)
    low = kind is not None and kind.kind == "f" and kind.itemsize < 8
    return f"  (computed in {kind}: use float64)" if low else ""


def _allowed(tol: Tolerance) -> str:
    parts = [f"{tol.atol:g}" if tol.atol else "", f"{tol.rtol:g} relative" if tol.rtol else ""]
    return " + ".join(part for part in parts if part) or "none"


def _at(index: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, index))}]" if index else ""
