"""Values as trees on the worker's side: plain data by value, everything else under the number at which it is kept here.

`codec.py` is the grader's side of the same form.
"""

import builtins
import collections
import copy
import datetime
import decimal
import fractions
import inspect
import json
import operator
import pathlib
import random
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.suites.far.desk import DESK

PARTS_LIMIT = 2_000_000
DEPTH_LIMIT = 60
TEXT_LIMIT = 4000
FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)
METHODS = (types.FunctionType, types.MethodDescriptorType)
COUNTED = {"Counter": collections.Counter, "OrderedDict": collections.OrderedDict}
TAGS: dict[Any, str] = {list: "l", tuple: "t", set: "s", frozenset: "z"}
MOMENTS: dict[str, Any] = {"date": datetime.date, "datetime": datetime.datetime, "time": datetime.time}
ARITHMETIC = (
    "add",
    "sub",
    "mul",
    "matmul",
    "truediv",
    "floordiv",
    "mod",
    "pow",
    "lshift",
    "rshift",
    "and_",
    "or_",
    "xor",
)
INPLACE = tuple(f"i{name.strip('_')}" for name in ARITHMETIC)
# what an object answers through an operator or a builtin, and how it is asked
SPECIALS: dict[str, Callable[..., Any]] = {
    "__len__": len,
    "__iter__": iter,
    "__next__": next,
    "__reversed__": reversed,
    "__bool__": bool,
    "__repr__": repr,
    "__str__": str,
    "__bytes__": bytes,
    "__format__": format,
    "__hash__": hash,
    "__int__": int,
    "__float__": float,
    "__complex__": complex,
    "__index__": operator.index,
    "__round__": round,
    "__abs__": abs,
    "__neg__": operator.neg,
    "__pos__": operator.pos,
    "__invert__": operator.invert,
    "__contains__": operator.contains,
    "__getitem__": operator.getitem,
    "__setitem__": operator.setitem,
    "__delitem__": operator.delitem,
    "__copy__": copy.copy,
    "__deepcopy__": copy.deepcopy,
    "__enter__": lambda value: type(value).__enter__(value),
    "__exit__": lambda value, *error: type(value).__exit__(value, *(error or (None, None, None))),
    **{f"__{name}__": getattr(operator, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")},
    **{f"__{name.strip('_')}__": getattr(operator, name) for name in ARITHMETIC},
    "__divmod__": divmod,
    **{f"__{name}__": getattr(operator, name) for name in INPLACE},
}


class CannotCross(Exception):
    """A value that no form of the conversation can hold."""


class Gone(CannotCross):
    """An object of a process that has ended."""


class Writer:
    """One tree on its way out, with its frames and the classes that it mentions for the first time."""

    def __init__(self, tracked: dict[int, int] | None = None) -> None:
        self.frames: list[Any] = []
        self.classes: dict[str, Any] = {}
        self.tracked = tracked or {}
        self.parts = 0

    def write(self, value: Any, depth: int = 0) -> Any:
        """The tree of a value; raises CannotCross."""
        self.parts += 1
        if depth > DEPTH_LIMIT or self.parts > PARTS_LIMIT:
            raise CannotCross(f"a value nested deeper than {DEPTH_LIMIT} levels or of more than {PARTS_LIMIT} parts")
        kind = type(value)
        if value is None or kind in (bool, int, float, str):
            return value
        if depth and id(value) in self.tracked:
            return ["k", self.tracked[id(value)]]
        if kind in (list, tuple, set, frozenset):
            tag = TAGS[kind]
            return [tag, *(self.write(item, depth + 1) for item in value)]
        if kind is dict:
            return ["d", *([self.write(k, depth + 1), self.write(v, depth + 1)] for k, v in value.items())]
        special = self.simple(value, kind) or self.counted(value, kind, depth) or self.frame(value, kind)
        return special or self.kept(value, kind)

    def simple(self, value: Any, kind: type) -> Any:
        """Scalars of the standard library."""
        if kind is complex:
            return ["c", value.real, value.imag]
        if kind in (range, slice):
            return [
                "r" if kind is range else ":",
                *(self.write(part) for part in (value.start, value.stop, value.step)),
            ]
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

    def counted(self, value: Any, kind: type, depth: int) -> Any:
        """Containers of the collections module, and plain named tuples."""
        if kind is collections.deque:
            return ["K", "deque", value.maxlen, *(self.write(item, depth + 1) for item in value)]
        if kind in (collections.Counter, collections.OrderedDict, collections.defaultdict):
            pairs = ([self.write(k, depth + 1), self.write(v, depth + 1)] for k, v in value.items())
            return ["K", kind.__name__, None, *pairs]
        fields = getattr(kind, "_fields", None)
        if kind.__bases__ == (tuple,) and type(fields) is tuple and vars(kind).get("__eq__") is None:
            items = [self.write(item, depth + 1) for item in tuple.__iter__(value)]
            return ["n", kind.__name__, list(fields), *items] if len(items) == len(fields) else None
        return None

    def frame(self, value: Any, kind: type) -> Any:
        """Arrays, tensors and bytes."""
        array = kind is np.ndarray or (isinstance(value, np.generic) and kind.__module__ == "numpy")
        if kind in (bytes, bytearray) or (array and value.dtype.kind in "biufc") or kind.__module__ == "torch":
            if kind.__module__ == "torch" and kind.__name__ not in ("Tensor", "Parameter"):
                return None
            self.frames.append(bytes(value) if kind is bytearray else value)
            return ["B" if kind is bytearray else "a", len(self.frames) - 1]
        if kind is np.ndarray and value.dtype.kind in "OU":
            return ["U", list(value.shape), *(self.write(item, 1) for item in value.ravel().tolist())]
        return None

    def kept(self, value: Any, kind: type) -> Any:
        """What stays here: classes, modules, functions, and all other objects."""
        if isinstance(value, type):
            if vars(builtins).get(kind_name(value)) is value:
                return ["b", kind_name(value)]
            return ["C", self.mention(value)]
        if isinstance(value, types.ModuleType) and DESK.modules.get(value.__name__) is value:
            return ["M", value.__name__]
        if isinstance(value, FUNCTIONS):
            return ["f", DESK.number(value), *about(value), bool(getattr(value, "__dict__", None))]
        return ["h", DESK.number(value), self.mention(kind)]

    def mention(self, kind: type) -> str:
        """The key of a class, which is described when it is mentioned first."""
        key = DESK.key(kind)
        if key not in DESK.told:
            DESK.told.add(key)
            self.classes[key] = self.description(kind)
        return key

    def description(self, kind: type) -> dict[str, Any]:
        """What the other side needs to make a class that stands for this one."""
        bases = [base for base in kind.__bases__ if base is not object]
        methods = [name for name, value in vars(kind).items() if isinstance(value, METHODS) and name not in SPECIALS]
        specials = [name for name in SPECIALS if answers(kind, name)]
        return {
            "name": str(kind.__name__)[:200],
            "qualname": str(kind.__qualname__)[:200],
            "module": str(kind.__module__)[:200],
            "doc": str(kind.__doc__)[:TEXT_LIMIT] if kind.__doc__ else None,
            "bases": [["b", b.__name__] if b.__module__ == "builtins" else ["C", self.mention(b)] for b in bases],
            "methods": [name for name in methods if not name.startswith("__")][:500],
            "specials": [*specials, *(["__call__"] if any("__call__" in vars(k) for k in kind.__mro__) else [])],
            "exception": issubclass(kind, BaseException),
            "hashable": kind.__hash__ is not None,
        }


def kind_name(kind: Any) -> str:
    """The name of a class, whatever its metaclass says."""
    return str(type.__dict__["__name__"].__get__(kind))


def answers(kind: type, name: str) -> bool:
    """Whether a class defines a special method other than as every object does, or its mirror image."""
    mirror = f"__r{name[2:]}"
    found = getattr(kind, name, None) or (name != "__rund__" and getattr(kind, mirror, None))
    return found is not None and found is not getattr(object, name, None)


def about(function: Any) -> list[Any]:
    """Name, module, documentation and parameters of a function."""
    try:
        parameters = inspect.signature(function).parameters.values()
        shape = [[p.name, int(p.kind), p.default is not p.empty] for p in parameters]
    except (TypeError, ValueError):
        shape = None
    text = getattr(function, "__doc__", None)
    names = [str(getattr(function, name, ""))[:200] for name in ("__name__", "__module__")]
    return [*names, text[:TEXT_LIMIT] if isinstance(text, str) else None, shape]


class Reader:
    """One tree on its way in; `tracked` are the mutable values that the test still holds, in order."""

    def __init__(self, frames: list[Any]) -> None:
        self.frames = frames
        self.tracked: list[Any] = []
        self.shared: dict[int, int] = {}
        self.before: list[Any] = []

    def read(self, tree: Any) -> Any:
        """The value of a tree."""
        if type(tree) is not list:
            return tree
        tag, items = tree[0], tree[1:]
        if tag in ("l", "s", "d"):
            index = len(self.tracked)
            self.tracked.append(None)
            pairs = tag == "d"
            held: Any = {self.read(k): self.read(v) for k, v in items} if pairs else [self.read(i) for i in items]
            self.tracked[index] = set(held) if tag == "s" else held
            return self.tracked[index]
        if tag in ("t", "z"):
            return (tuple if tag == "t" else frozenset)(self.read(item) for item in items)
        if tag == "a":
            value = self.frames[items[0]]
            if isinstance(value, np.ndarray):
                value = value.copy()
                self.tracked.append(value)
            return value
        return READERS[tag](self, items)

    def watch(self) -> None:
        """From here on the values that the test holds may change."""
        self.shared = {id(value): index for index, value in enumerate(self.tracked)}
        self.before = [self.looks(value) for value in self.tracked]

    def looks(self, value: Any) -> Any:
        """What a value is compared by, before and after."""
        return value.copy() if isinstance(value, np.ndarray) else json.dumps(Writer(self.shared).write(value))

    def changes(self, writer: Writer) -> list[Any]:
        """What of the values that the test holds is another than before, as [index, value]."""
        found = []
        writer.tracked = self.shared
        for index, (value, before) in enumerate(zip(self.tracked, self.before, strict=False)):
            array = isinstance(value, np.ndarray)
            if not (np.array_equal(value, before) if array else self.looks(value) == before):
                found.append([index, writer.write(value)])
        return found

    def numbered(self, items: list[Any]) -> Any:
        """An object that is kept here."""
        if items[0] not in DESK.objects:
            raise Gone
        return DESK.objects[items[0]]


def read_generator(reader: Reader, items: list[Any]) -> Any:
    """A numpy generator in the state in which the test's is."""
    kind = getattr(np.random, items[0])
    bits = kind()
    bits.state = reader.read(items[1])
    return np.random.Generator(bits)


def read_random(reader: Reader, items: list[Any]) -> random.Random:
    """A generator of the random module, likewise."""
    found = random.Random()  # noqa: S311 - the test's own
    found.setstate(reader.read(items[0]))
    return found


def read_counted(reader: Reader, items: list[Any]) -> Any:
    """A container of the collections module."""
    if items[0] == "deque":
        return collections.deque((reader.read(item) for item in items[2:]), items[1])
    pairs = {reader.read(k): reader.read(v) for k, v in items[2:]}
    return COUNTED[items[0]](pairs) if items[0] in COUNTED else collections.defaultdict(None, pairs)


READERS: dict[str, Callable[[Reader, list[Any]], Any]] = {
    "c": lambda reader, items: complex(*items),
    "r": lambda reader, items: range(*items),
    ":": lambda reader, items: slice(*(reader.read(item) for item in items)),
    "E": lambda reader, items: {"Ellipsis": Ellipsis, "NotImplemented": NotImplemented}[items[0]],
    "D": lambda reader, items: decimal.Decimal(items[0]),
    "F": lambda reader, items: fractions.Fraction(*items),
    "T": lambda reader, items: MOMENTS[items[0]].fromisoformat(items[1]),
    "TD": lambda reader, items: datetime.timedelta(*items),
    "p": lambda reader, items: pathlib.Path(items[0]),
    "n": lambda reader, items: collections.namedtuple(items[0], items[1])(*map(reader.read, items[2:])),
    "B": lambda reader, items: bytearray(reader.frames[items[0]]),
    "K": read_counted,
    "b": lambda reader, items: getattr(builtins, items[0]),
    "C": lambda reader, items: DESK.classes[items[0]],
    "f": Reader.numbered,
    "h": Reader.numbered,
    "x": lambda reader, items: getattr(builtins, items[0])(*map(reader.read, items[1:])),
    "G": read_generator,
    "R": read_random,
}


def parcel(body: dict[str, Any], writer: Writer) -> dict[str, Any]:
    """A reply as bytes and frames, with what was printed and which classes it mentions for the first time."""
    body |= {"said": DESK.said.take(), "classes": writer.classes, "next": DESK.next}
    return {"tree": json.dumps(body).encode(), "frames": writer.frames}
