"""What stands for a student's function: a real function that asks the worker, or an object where it has attributes."""

import inspect
from collections.abc import Callable
from types import MethodType
from typing import Any, NamedTuple

__all__ = ["LIBRARIES", "RemoteFunction", "Told", "function_number", "local_function"]

LIBRARIES = frozenset(("_mock_name", "_pytestfixturefunction", "pytestmark", "_fixture_function"))  # asked by pytest
MOST = 100


class Told(NamedTuple):
    """What a worker tells of a function. `shape`: [name, kind, optional] of each parameter, or None."""

    name: str
    module: str
    doc: str | None
    shape: Any


class RemoteFunction:
    """A function with attributes, which are the student's."""

    __test__ = False

    def __init__(self, link: Any, number: int, told: Told) -> None:
        vars(self).update(_link=link, _far_number=number, __signature__=_signature(told.shape))
        vars(self).update(__name__=told.name, __qualname__=told.name, __module__=told.module, __doc__=told.doc)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls it."""
        return self._link.call(["f", self._far_number], None, args, kwargs)

    def __get__(self, owner: Any, kind: type) -> Any:
        return self if owner is None else MethodType(self, owner)

    def __getattr__(self, name: str) -> Any:
        if name in LIBRARIES or name.startswith("__"):
            raise AttributeError(f"function {self.__name__!r} has no attribute {name!r}")
        return self._link.get(["f", self._far_number], name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._link.set(["f", self._far_number], name, value)

    def __repr__(self) -> str:
        return f"<function {self.__name__} of {self.__module__}>"


def local_function(link: Any, number: int, told: Told) -> Callable[..., Any]:
    """A function without attributes."""

    def function(*args: Any, **kwargs: Any) -> Any:
        return link.call(["f", number], None, args, kwargs)

    function.__name__ = function.__qualname__ = told.name
    function.__module__, function.__doc__ = told.module, told.doc
    vars(function).update(_far_number=number, __test__=False)
    if (signature := _signature(told.shape)) is not None:
        vars(function)["__signature__"] = signature
    return function


def function_number(value: Any) -> int | None:
    """The number of the student's function that a value stands for; None for everything else."""
    if inspect.isfunction(value) or type(value) is RemoteFunction:
        number: int | None = vars(value).get("_far_number")
        return number
    return None


def _signature(shape: Any) -> inspect.Signature | None:
    if type(shape) is not list:
        return None
    parameters = [
        inspect.Parameter(
            str(name), inspect._ParameterKind(kind), default=None if optional else inspect.Parameter.empty
        )
        for name, kind, optional in shape[:MOST]
    ]
    return inspect.Signature(parameters, __validate_parameters__=False)
