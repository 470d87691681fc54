"""Values as trees on the grader's side: `Encoder` for what a test passes, `Decoder` for what a worker's bytes describe.

The other side is `far/values.py`. What comes back is hostile: every tree gives a plain value, a proxy, or Malformed.
"""

import builtins
import collections
import datetime
import decimal
import fractions
import pathlib
import random
import sys
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np

from autograder.plain import Tensor
from autograder.suites.proxies import far_of

__all__ = ["Decoder", "Encoder", "Malformed", "Uncrossable", "carry_back"]

DEPTH_LIMIT = 200
MOMENTS: dict[str, Any] = {"date": datetime.date, "datetime": datetime.datetime, "time": datetime.time}
COUNTED: dict[str, Any] = {"Counter": collections.Counter, "OrderedDict": collections.OrderedDict}
TAGS: dict[type, str] = {list: "l", tuple: "t", set: "s", frozenset: "z"}


class Malformed(Exception):
    """What came back is no value in the form that values come back in."""


class Uncrossable(Exception):
    """A test's value that cannot be passed to the student's code."""

    def __init__(self, kind: type) -> None:
        super().__init__(
            f"a value of type {kind.__module__}.{kind.__qualname__} is passed to the student's code, which runs in "
            "another process; pass numbers, strings, lists, dicts, arrays, functions, or objects of the student's own"
        )


class World(Protocol):
    """Where proxies come from and functions of the test are kept: the link."""

    def kept(self, number: int, key: str) -> Any:
        """The proxy of an object."""

    def class_of(self, key: str) -> Any:
        """The proxy of a class."""

    def function(self, number: int, name: str, module: str, doc: str | None, shape: Any, rich: Any) -> Any:
        """The proxy of a function."""

    def module(self, name: str) -> Any:
        """The proxy of a module."""

    def path_of(self, name: str) -> str:
        """The path of a student's module."""

    def hand_over(self, function: Callable[..., Any]) -> int:
        """The number under which a function of the test can be asked."""


class Encoder:
    """One tree on its way out; `held` are the test's own mutable values in it, in order."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.frames: list[Any] = []
        self.held: list[Any] = []

    def write(self, value: Any) -> Any:
        """The tree of a value; raises Uncrossable."""
        kind = type(value)
        if value is None or kind in (bool, int, float, str):
            return value
        if kind in (list, set):
            self.held.append(value)
        if kind in TAGS:
            return [TAGS[kind], *(self.write(item) for item in value)]
        if kind is dict:
            self.held.append(value)
            return ["d", *([self.write(k), self.write(v)] for k, v in value.items())]
        for attempt in (self._remote, self._simple, self._array, self._counted, self._named, self._callable):
            tree = attempt(value, kind)
            if tree is not None:
                return tree
        raise Uncrossable(kind)

    def exception(self, error: Exception) -> Any:
        """An exception of the test's function as one that the student's code can catch."""
        self.frames.clear()
        try:
            return self.write(error)
        except Uncrossable:
            return ["x", "RuntimeError", str(error)[:1000]]

    def _remote(self, value: Any, kind: type) -> Any:
        far = far_of(value)
        if far is not None and far[0] == "M":
            return ["M", far[1], self.world.path_of(far[1])]
        return None if far is None else list(far)

    def _simple(self, value: Any, kind: type) -> Any:
        if kind is complex:
            return ["c", value.real, value.imag]
        if kind in (range, slice):
            parts = (value.start, value.stop, value.step)
            return ["r" if kind is range else ":", *(self.write(part) for part in parts)]
        if value is Ellipsis or value is NotImplemented:
            return ["E", repr(value)]
        if kind is decimal.Decimal:
            return ["D", str(value)]
        if kind is fractions.Fraction:
            return ["F", value.numerator, value.denominator]
        if kind in MOMENTS.values() and getattr(value, "tzinfo", None) is None:
            return ["T", kind.__name__, value.isoformat()]
        if kind is datetime.timedelta:
            return ["TD", value.days, value.seconds, value.microseconds]
        if isinstance(value, pathlib.PurePath):
            return ["p", str(value)]
        return None

    def _array(self, value: Any, kind: type) -> Any:
        array = kind is np.ndarray or isinstance(value, np.generic)
        if array and value.dtype.kind in "biufc":
            if kind is np.ndarray:
                self.held.append(value)
            return self._frame("a", value)
        if kind in (bytes, bytearray):
            return self._frame("a" if kind is bytes else "B", bytes(value))
        if kind.__module__ == "torch" and kind.__name__ == "Tensor":
            return self._frame("a", value)
        if kind is np.random.Generator:
            bits = value.bit_generator
            return ["G", type(bits).__name__, self.write(bits.state)]
        if kind is random.Random:
            return ["R", self.write(value.getstate())]
        return None

    def _frame(self, tag: str, value: Any) -> Any:
        self.frames.append(value)
        return [tag, len(self.frames) - 1]

    def _counted(self, value: Any, kind: type) -> Any:
        if kind is collections.deque:
            return ["K", "deque", value.maxlen, *map(self.write, value)]
        if kind in (collections.Counter, collections.OrderedDict, collections.defaultdict):
            return ["K", kind.__name__, None, *([self.write(k), self.write(v)] for k, v in value.items())]
        if issubclass(kind, tuple) and type(getattr(kind, "_fields", None)) is tuple:
            return ["n", kind.__name__, list(value._fields), *map(self.write, value)]
        return None

    def _named(self, value: Any, kind: type) -> Any:
        name = getattr(value, "__name__", None)
        if isinstance(name, str) and getattr(builtins, name, None) is value and name not in ("input", "print"):
            return ["b", name]
        if isinstance(value, BaseException) and getattr(builtins, kind.__name__, None) is kind:
            return ["x", kind.__name__, *map(self.write, value.args)]
        return None

    def _callable(self, value: Any, kind: type) -> Any:
        if callable(value):
            return ["g", self.world.hand_over(value), str(getattr(value, "__name__", "function"))]
        if isinstance(value, Iterator):
            return ["i", self.world.hand_over(lambda: next(value))]
        return None


class Decoder:
    """One tree on its way in; `held` are the test's own values that the tree may point to."""

    def __init__(self, world: World, frames: list[Any], held: list[Any] | None = None) -> None:
        self.world = world
        self.frames = frames
        self.held = held or []
        self.depth = 0

    def read(self, tree: Any) -> Any:
        """The value of a tree; raises Malformed."""
        if type(tree) is not list:
            if tree is None or type(tree) in (bool, int, float, str):
                return tree
            raise Malformed("a value of no known form")
        self.depth += 1
        try:
            if self.depth > DEPTH_LIMIT:
                raise Malformed("a value nested too deeply")
            reader = READERS[tree[0]]
            return reader(self, tree[1:])
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise Malformed(f"a malformed value ({type(error).__name__})") from None
        finally:
            self.depth -= 1

    def pairs(self, items: list[Any]) -> dict[Any, Any]:
        """A dict of [key, value] trees."""
        return {self.read(key): self.read(value) for key, value in items}

    def frame(self, items: list[Any]) -> Any:
        """An array, a tensor or bytes."""
        value = self.frames[_index(items[0])]
        if not isinstance(value, Tensor):
            return value
        torch = sys.modules.get("torch")
        if torch is None:
            return value.data
        data = torch.from_numpy(value.data.copy())
        kind = getattr(torch, value.dtype)
        tensor = data.view(kind) if value.dtype == "bfloat16" else data.to(kind)
        return tensor.requires_grad_(value.requires_grad)

    def counted(self, items: list[Any]) -> Any:
        """A container of the collections module."""
        name = items[0]
        if name == "deque":
            return collections.deque((self.read(item) for item in items[2:]), items[1])
        pairs = self.pairs(items[2:])
        return collections.defaultdict(None, pairs) if name == "defaultdict" else COUNTED[name](pairs)

    def named_tuple(self, items: list[Any]) -> Any:
        """A tuple with names; its class is made here, from nothing but the names."""
        fields = [_of(str, name) for name in items[1]]
        return collections.namedtuple(_of(str, items[0]), fields)(*map(self.read, items[2:]))

    def objects(self, items: list[Any]) -> Any:
        """An array of strings or objects."""
        shape = tuple(map(_index, items[0]))
        array = np.array([*map(self.read, items[1:]), None], dtype=object)[:-1].reshape(shape)
        return array.astype(str) if all(type(item) is str for item in array.flat) else array


def carry_back(decoder: Decoder, changed: Any) -> None:
    """Makes [index, new value] trees the contents of the test's own values that `decoder` holds; raises Malformed."""
    try:
        for index, tree in changed:
            mine, new = decoder.held[_index(index)], decoder.read(tree)
            if type(mine) is not type(new):
                raise Malformed("a change of another type")
            if isinstance(mine, np.ndarray):
                if mine.shape != new.shape or mine.dtype != new.dtype:
                    raise Malformed("a change of another shape")
                mine[...] = new
            elif isinstance(mine, list):
                mine[:] = new
            else:
                mine.clear()
                mine.update(new)
    except (LookupError, TypeError, ValueError):
        raise Malformed("a malformed change") from None


def _index(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise Malformed("an index of no known form")
    return value


def _of(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise Malformed("a value of no known form")
    return value


def _builtin(name: Any) -> Any:
    found = getattr(builtins, _of(str, name))
    if not isinstance(found, type):
        raise Malformed("no class of Python's")
    return found


READERS: dict[str, Callable[[Decoder, list[Any]], Any]] = {
    "l": lambda decoder, items: [decoder.read(item) for item in items],
    "t": lambda decoder, items: tuple(decoder.read(item) for item in items),
    "s": lambda decoder, items: {decoder.read(item) for item in items},
    "z": lambda decoder, items: frozenset(decoder.read(item) for item in items),
    "d": lambda decoder, items: decoder.pairs(items),
    "k": lambda decoder, items: decoder.held[_index(items[0])],
    "c": lambda decoder, items: complex(_of(float, items[0]), _of(float, items[1])),
    "r": lambda decoder, items: range(*items),
    ":": lambda decoder, items: slice(*map(decoder.read, items)),
    "E": lambda decoder, items: {"Ellipsis": Ellipsis, "NotImplemented": NotImplemented}[items[0]],
    "D": lambda decoder, items: decimal.Decimal(_of(str, items[0])),
    "F": lambda decoder, items: fractions.Fraction(_of(int, items[0]), _of(int, items[1])),
    "T": lambda decoder, items: MOMENTS[items[0]].fromisoformat(_of(str, items[1])),
    "TD": lambda decoder, items: datetime.timedelta(*items),
    "p": lambda decoder, items: pathlib.PurePosixPath(_of(str, items[0])),
    "a": Decoder.frame,
    "B": lambda decoder, items: bytearray(_of(bytes, decoder.frames[_index(items[0])])),
    "U": Decoder.objects,
    "K": Decoder.counted,
    "n": Decoder.named_tuple,
    "b": lambda decoder, items: _builtin(items[0]),
    "C": lambda decoder, items: decoder.world.class_of(_of(str, items[0])),
    "M": lambda decoder, items: decoder.world.module(_of(str, items[0])),
    "f": lambda decoder, items: decoder.world.function(_index(items[0]), *items[1:6]),
    "h": lambda decoder, items: decoder.world.kept(_index(items[0]), _of(str, items[1])),
}
