"""What gradescope-utils' decorators say of a test function, wherever in a stack of decorators they stand."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.errors import UsageError
from autograder.suites.outcome import Declared
from autograder.suites.streams import legible

__all__ = ["declared", "forget_values", "set_values"]

VISIBILITIES = ("visible", "hidden", "after_due_date", "after_published")
PARTIAL = "partial_credit.__call__.<locals>.wrapper"
SCORE, VALUE = "__score__", "__leaderboard_value__"
MOST = 100


def declared(identity: str, name: str, function: Callable[..., Any]) -> Declared:
    """The declaration of one test; raises UsageError for one that cannot be meant."""
    weight = _first(function, "__weight__")
    if weight is not None:
        try:
            weight = float(weight)
        except (TypeError, ValueError):
            weight = math.nan
        if not 0 <= weight < math.inf:
            raise UsageError(f"{identity}: its weight is no number of points that is 0 or more; mend its decorator")
    visibility = _first(function, "__visibility__") or ""
    if visibility and visibility not in VISIBILITIES:
        raise UsageError(f"{identity}: there is no visibility {visibility!r}; there are {', '.join(VISIBILITIES)}")
    order = _first(function, "__leaderboard_sort_order__") or "desc"
    if order not in ("asc", "desc"):
        raise UsageError(f"{identity}: a leaderboard is sorted asc or desc, not {order!r}")
    return Declared(
        id=identity,
        name=name,
        weight=weight,
        partial=any(getattr(part, "__code__", None) and _is_partial(part) for part in _layers(function)),
        number=str(_first(function, "__number__") or ""),
        visibility=str(visibility),
        tags=tuple(str(tag) for tag in _first(function, "__tags__") or ()),
        hide=str(_first(function, "__hide_errors__") or ""),
        column=str(_first(function, "__leaderboard_column__") or ""),
        order=str(order),
    )


def forget_values(function: Callable[..., Any]) -> None:
    """Removes what an earlier run of the same function set: the values live on the function."""
    for part in _layers(function):
        for name in (SCORE, VALUE):
            vars(part).pop(name, None)


def set_values(function: Callable[..., Any]) -> tuple[float | None, str, float | str | None, str]:
    """What set_score was given, or what that is instead of a number; the same of set_leaderboard_value."""
    score, unfit = _number(_first(function, SCORE))
    value = _first(function, VALUE)
    if type(value) is str:
        return score, unfit, legible(value[:1000]), ""
    return score, unfit, *_number(value)


def _number(value: Any) -> tuple[float | int | None, str]:
    """A value as a finite number, or words for what it is instead."""
    if value is None:
        return None, ""
    if isinstance(value, np.ndarray | np.generic) and value.size == 1 and value.dtype.kind in "biuf":
        value = value.item()
    if type(value) not in (bool, int, float):
        return None, f"of type {type(value).__name__}"
    return (value + 0, "") if abs(value) < 1e300 else (None, "not finite")


def _first(function: Callable[..., Any], name: str) -> Any:
    return next((vars(part)[name] for part in _layers(function) if name in vars(part)), None)


def _is_partial(part: Any) -> bool:
    return bool(part.__code__.co_qualname == PARTIAL)


def _layers(function: Any) -> Iterator[Any]:
    """A function and those that it wraps, outermost first."""
    for _ in range(MOST):
        function = getattr(function, "__func__", function)
        yield function
        inner = getattr(getattr(function, "hypothesis", None), "inner_test", None)
        function = inner or getattr(function, "__wrapped__", None)
        if function is None:
            return
