"""The values that a property gets: `student`, which calls the worker, and `reference`, which answers from the bank."""

import inspect
import zlib
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from types import ModuleType
from typing import Any

import numpy as np

from autograder import wire
from autograder.engine.bank import argument_digest
from autograder.errors import StudentError, Ungraded

__all__ = ["Journal", "Namespace", "describe_call", "functions_of", "reference_of", "replayed", "student_of"]

Call = Callable[[str, tuple[Any, ...], dict[str, Any]], Any]
ORDER = count(1)


class Journal:
    """Remembers the last call of a case, its seed and what came back, and counts calls.

    `at` orders the journals of several problems by their last calls. The count seeds the student's global generators.
    `values` holds the one value that came back, or nothing.
    """

    def __init__(self) -> None:
        self.at = 0
        self.calls = 0
        self.seed = 0
        self.last: tuple[str, tuple[Any, ...], dict[str, Any]] | None = None
        self.values: tuple[Any, ...] = ()

    def note(self, function: str, args: tuple[Any, ...], kwargs: dict[str, Any], case: str) -> int:
        """Takes down a call; gives the seed for it, fixed by case, function and count."""
        self.at = next(ORDER)
        self.calls += 1
        self.last = (function, args, kwargs)
        self.values = ()
        self.seed = zlib.crc32(f"{case} {function} {self.calls}".encode())
        return self.seed

    def answered(self, value: Any) -> Any:
        """Takes down what the last call came back with; gives it on."""
        self.values = (value,)
        return value


class Namespace:
    """A value with a given set of functions and nothing else: no open attribute access, a plain repr."""

    def __init__(self, name: str, functions: Mapping[str, Callable[..., Any]]) -> None:
        self._name = name
        self.__dict__.update(functions)

    def __repr__(self) -> str:
        return f"<{self._name}>"


def student_of(functions: Iterable[str], call: Call) -> Namespace:
    """The student's functions of one problem, each a call across the wall."""
    return Namespace("student", {name: _caller(name, call) for name in functions})


def replayed(
    functions: Iterable[str], answers: Mapping[tuple[str, bytes], Any], live: Callable[[], Namespace | None]
) -> Namespace:
    """The reference as a table of recorded answers; a call that is not in it goes to `live()`, or raises Ungraded."""

    def lookup(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            key = (name, argument_digest(args, kwargs))
        except wire.Unsendable as error:
            raise StudentError("malformed", "a value came back that is not plain data", text=str(error)) from None
        if key in answers:
            return answers[key]
        reference = live()
        if reference is None:
            raise Ungraded(f"reference.{name} has no recorded answer for this call")
        try:
            return getattr(reference, name)(*args, **kwargs)
        except Exception as error:  # the reference was fed the student's value: whatever it chokes on came from there
            raise StudentError(
                "malformed", "a value came back that the next step cannot be computed from", text=repr(error)
            ) from error

    return Namespace("reference", {name: _caller(name, lookup) for name in functions})


def reference_of(modules: Iterable[ModuleType]) -> Namespace:
    """The public functions of the reference's modules; where two share a name, the first module's."""
    found: dict[str, Callable[..., Any]] = {}
    for module in modules:
        for name, value in vars(module).items():
            if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_"):
                found.setdefault(name, value)
    return Namespace("reference", found)


def functions_of(namespace: Namespace) -> dict[str, Callable[..., Any]]:
    """The namespace's functions by name."""
    return {name: value for name, value in vars(namespace).items() if name != "_name"}


def describe_call(
    function: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], names: list[str], *, values: bool
) -> str:
    """A call as one line: names and shapes, with the values of plain numbers when `values` may be shown."""
    labels = [*names[: len(args)], *[f"arg{i + 1}" for i in range(len(names), len(args))]]
    shown = [_describe(label, value, values) for label, value in [*zip(labels, args, strict=True), *kwargs.items()]]
    return f"{function}({', '.join(shown)})"


def _describe(label: str, value: Any, values: bool) -> str:
    if isinstance(value, np.ndarray):
        return f"{label} {value.shape}"
    if isinstance(value, wire.Tensor):
        return f"{label} {value.data.shape}"
    if isinstance(value, list | tuple):
        return f"{label} [{len(value)}]"
    if isinstance(value, bool | int | float | str | np.generic) and values:
        return f"{label}={value.item() if isinstance(value, np.generic) else value!r}"[:80]
    return label


def _caller(name: str, call: Call) -> Callable[..., Any]:
    def function(*args: Any, **kwargs: Any) -> Any:
        return call(name, args, kwargs)

    function.__name__ = function.__qualname__ = name
    return function
