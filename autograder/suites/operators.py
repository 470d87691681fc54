"""Operators on the student's objects: which of them the student's class answers, and which it must not.

A class that the student made up can say of itself that it equals everything, or that it minus anything is 0. So
comparisons with plain data are Python's own: unequal, or a TypeError. Arithmetic with plain data is asked for only
where the test itself spells it out, on a class that the test has named, and gives no number; and what it gives cannot
become one.
"""

from collections.abc import Callable
from typing import Any

from autograder.suites.places import asked_by_test

__all__ = ["ARITHMETIC", "COMPARISONS", "SPECIALS"]

COMPARISONS = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")
ARITHMETIC = tuple(
    f"__{name}__"
    for name in (
        *("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "and", "or", "xor"),
        "divmod",
    )
)
INPLACE = tuple(f"__i{name[2:]}" for name in ARITHMETIC[:-1])
NUMBERS = ("__int__", "__float__", "__complex__", "__index__", "__round__", "__abs__", "__bool__")
PLAIN = (
    *("__len__", "__iter__", "__next__", "__reversed__", "__bytes__", "__hash__", "__neg__", "__pos__", "__invert__"),
    *("__contains__", "__getitem__", "__setitem__", "__delitem__", "__enter__"),
)


def _asked(name: str) -> Callable[..., Any]:
    def special(self: Any, *args: Any) -> Any:
        return self._far.link.special(name, (self, *args))

    return special


def _number(name: str) -> Callable[..., Any]:
    def special(self: Any, *args: Any) -> Any:
        if self._far.mixed:
            kind = type(self).__name__
            raise TypeError(f"a {kind} that came of arithmetic with plain numbers is not made a number again")
        return self._far.link.special(name, (self, *args))

    return special


def _compared(name: str) -> Callable[..., Any]:
    def special(self: Any, other: Any) -> Any:
        if getattr(other, "_far", None) is None:
            self._far.link.unequal(type(self).__name__, other)
            return NotImplemented
        return self._far.link.special(name, (self, other))

    return special


def _computed(name: str, *, mirrored: bool = False) -> Callable[..., Any]:
    def special(self: Any, other: Any) -> Any:
        pair = (other, self) if mirrored else (self, other)
        if getattr(other, "_far", None) is not None:
            return self._far.link.special(name, pair)
        if not asked_by_test(1) or not self._far.link.is_named(type(self)):
            return NotImplemented
        return self._far.link.mixed(name, pair)

    return special


def _called(self: Any, *args: Any, **kwargs: Any) -> Any:
    return self._far.link.call(self._far.tree, None, args, kwargs)


def _left(self: Any, kind: Any, error: Any, trace: Any) -> Any:
    return self._far.link.special("__exit__", (self, kind, error, None) if error is not None else (self,))


SPECIALS: dict[str, Callable[..., Any]] = {
    **{name: _asked(name) for name in PLAIN},
    **{name: _number(name) for name in NUMBERS},
    **{name: _compared(name) for name in COMPARISONS},
    **{name: _computed(name) for name in (*ARITHMETIC, *INPLACE)},
    **{f"__r{name[2:]}": _computed(name, mirrored=True) for name in ARITHMETIC},
    "__call__": _called,
    "__exit__": _left,
}
