"""What a test sees of the student's code: modules, classes, objects and functions that ask the worker.

A proxy's class is a class of its own with the bases that the student's has, so that isinstance, `except` and
assertRaises work as ever. A comparison with plain data is never the student's to answer: see `operators.py`.
"""

import sys
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any, NamedTuple, NoReturn, Protocol

from autograder.errors import CannotProxy, StudentFault
from autograder.suites.functions import LIBRARIES, function_number
from autograder.suites.operators import SPECIALS
from autograder.suites.places import deferred, fault, from_import, line_of_test

__all__ = [
    "Broken",
    "Far",
    "Proxy",
    "RemoteModule",
    "broken_by",
    "exception_of",
    "far_of",
    "local_class",
]

IMPORT_SYSTEM = ("__spec__", "__loader__", "__file__", "__path__", "__package__", "__cached__", "__doc__", "__name__")
FAR_NAMES = (
    "__doc__",
    "__dict__",
    "__name__",
    "__qualname__",
    "__annotations__",
    "__dataclass_fields__",
    "__members__",
)


class Asks(Protocol):
    """What proxies need of the link."""

    def call(self, of: Any, name: str | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Calls a function, a class, or a method."""

    def special(self, name: str, args: tuple[Any, ...]) -> Any:
        """An operator or builtin on objects."""

    def get(self, of: Any, name: str) -> Any:
        """An attribute."""

    def set(self, of: Any, name: str, value: Any) -> None:
        """Sets an attribute."""

    def delete(self, of: Any, name: str) -> None:
        """Deletes an attribute."""

    def dir(self, of: Any) -> list[str]:
        """The names of attributes."""

    def released(self, number: int) -> None:
        """Nobody here needs the object any more."""


class Far(NamedTuple):
    """Which object a proxy stands for; `mixed`: a result of arithmetic with a plain number of the test's."""

    link: Asks
    number: int
    key: str
    mixed: bool = False

    @property
    def tree(self) -> list[Any]:
        """The object in a request."""
        return ["h", self.number, self.key]


class Kind(NamedTuple):
    """Which class a proxy's class stands for."""

    link: Asks
    key: str
    name: str


def refuse(what: str, instead: str) -> NoReturn:
    """Raises CannotProxy with the line of the test that asked for it."""
    raise CannotProxy(f"{line_of_test()}: {what}; {instead}")


class Meta(type):
    """The class of a student's class, as the test sees it."""

    __kind__: "Kind"

    def __new__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], *, ours: bool = False, **more: Any
    ) -> "Meta":
        """Only the link makes these classes."""
        if not ours:
            refuse(
                f"the class {name} is a subclass of one of the student's, which is not here",
                "write a plain class and pass functions, or make the object and set its attributes",
            )
        return super().__new__(cls, name, bases, namespace)

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **more: Any) -> None:
        super().__init__(name, bases, namespace)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return cls.__kind__.link.call(["C", cls.__kind__.key], None, args, kwargs)

    def __getattr__(cls, name: str) -> Any:
        if name in LIBRARIES or (name.startswith("__") and name not in FAR_NAMES):
            raise AttributeError(f"type object {cls.__kind__.name!r} has no attribute {name!r}")
        return cls.__kind__.link.get(["C", cls.__kind__.key], name)

    def __setattr__(cls, name: str, value: Any) -> None:
        if name.startswith(("_abc_", "__abstract")):
            return
        refuse(f"{cls.__kind__.name}.{name} is set, and the student's code would not see it", REPLACING)

    def __delattr__(cls, name: str) -> None:
        refuse(f"{cls.__kind__.name}.{name} is deleted, and the student's code would not see it", REPLACING)

    def __dir__(cls) -> list[str]:
        return cls.__kind__.link.dir(["C", cls.__kind__.key])

    def __iter__(cls) -> Any:
        return iter(cls.__kind__.link.special("__iter__", (cls,)))

    def __len__(cls) -> int:
        found: int = cls.__kind__.link.special("__len__", (cls,))
        return found

    def __bool__(cls) -> bool:
        return True

    def __getitem__(cls, key: Any) -> Any:
        return cls.__kind__.link.special("__getitem__", (cls, key))


REPLACING = "test what the student's code does as it stands, or pass it a function of the test's as an argument"


class Proxy:
    """An object of the student's. Its attributes, methods and operators are answered by the worker."""

    __slots__ = ()
    __test__ = False
    __array_ufunc__ = None
    _far: Far

    def __getattr__(self, name: str) -> Any:
        if name == "_far" or name in LIBRARIES or (name.startswith("__") and name not in FAR_NAMES):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return self._far.link.get(self._far.tree, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("__") or name == "_far":
            object.__setattr__(self, name, value)
        else:
            self._far.link.set(self._far.tree, name, value)

    def __delattr__(self, name: str) -> None:
        self._far.link.delete(self._far.tree, name)

    def __dir__(self) -> list[str]:
        return self._far.link.dir(self._far.tree)

    def __repr__(self) -> str:
        return str(self._far.link.special("__repr__", (self,)))

    def __str__(self) -> str:
        return str(self._far.link.special("__str__", (self,)))

    def __format__(self, form: str) -> str:
        return str(self._far.link.special("__format__", (self, form)))

    def __copy__(self) -> Any:
        return self._far.link.special("__copy__", (self,))

    def __deepcopy__(self, memo: Any) -> Any:
        return self._far.link.special("__deepcopy__", (self,))

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        refuse("an object of the student's is pickled", "it stays in the student's process; look at its attributes")

    def __del__(self) -> None:
        far = getattr(self, "_far", None)
        if far is not None:
            far.link.released(far.number)


class RemoteObject(Proxy):
    """An object that is no exception."""

    __slots__ = ("__weakref__", "_far")


class RemoteModule(ModuleType):
    """A module of the student's."""

    _link: Asks
    _names: tuple[str, ...]
    _broken: str  # why it could not be imported; "" when it was

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return list(self._names)
        if name in LIBRARIES or name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        frame = sys._getframe(1)
        if self._broken:
            if "importlib" in frame.f_code.co_filename:
                raise AttributeError(name)
            if deferred(frame):
                return Broken(lambda: fault(self._broken))
            raise fault(self._broken)
        try:
            return self._link.get(["M", self.__name__], name)
        except AttributeError:
            found = self._absent(frame, f"the module {self.__name__} that was handed in has no {name}")
            if found is None:
                raise
            return found

    def _absent(self, frame: FrameType, sentence: str) -> Any:
        """What a `from … import` at the top of a test file gets for what is not there; None for other look-ups."""
        if deferred(frame) and from_import(frame):
            return Broken(lambda: fault(sentence))
        return None

    def __setattr__(self, name: str, value: Any) -> None:
        if name in IMPORT_SYSTEM or name in ("_link", "_names", "_broken") or isinstance(value, RemoteModule | Broken):
            super().__setattr__(name, value)
        else:
            refuse(f"{self.__name__}.{name} is replaced, and the student's code would not see it", REPLACING)

    def __delattr__(self, name: str) -> None:
        refuse(f"{self.__name__}.{name} is deleted, and the student's code would not see it", REPLACING)

    def __dir__(self) -> list[str]:
        return list(self._names)


class Broken:
    """What stands at the top of a test file for something of the student's that is not there: using it raises.

    So that a file whose import fails is a failure of each test that needs it, and no test is lost.
    """

    def __init__(self, error: Callable[[], BaseException]) -> None:
        self.__dict__["_error"] = error

    __test__ = False

    def __getattr__(self, name: str) -> Any:
        if name in LIBRARIES or name.startswith("__"):
            raise AttributeError(name)
        return self._use()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Raises, in a test; at the top of a file it goes on being broken."""
        return self._use()

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("__"):
            self._use()

    def __mro_entries__(self, bases: Any) -> NoReturn:
        refuse("a class is a subclass of one of the student's, which is not here", "write a plain class")

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"<not there: {self._error()}>"

    def _use(self, *args: Any) -> Any:
        if line_of_test(top=True):
            return self
        raise self._error()

    __iter__ = __len__ = __getitem__ = __contains__ = __bool__ = __add__ = __radd__ = __sub__ = __rsub__ = _use
    __eq__ = __ne__ = __mul__ = __rmul__ = __truediv__ = __lt__ = __gt__ = __le__ = __ge__ = __enter__ = __exit__ = (
        __neg__
    ) = _use


def broken_by(error: BaseException) -> Broken:
    """What a name at the top of a test file stands for when getting its value raised this."""

    def again() -> BaseException:
        return fault(str(error)) if isinstance(error, StudentFault) else error

    return Broken(again)


def far_of(value: Any) -> list[Any] | None:
    """What a proxy stands for, as a request names it; None for everything else."""
    if isinstance(value, Proxy):
        return value._far.tree
    if isinstance(value, Meta):
        return ["C", value.__kind__.key]
    if isinstance(value, RemoteModule):
        return ["M", value.__name__]
    number = function_number(value)
    return None if number is None else ["f", number]


def local_class(link: Asks, key: str, description: dict[str, Any], bases: tuple[type, ...]) -> type:
    """The class that stands for a student's class; `bases` are those of its bases that are proxies or exceptions."""
    name = str(description["name"])
    wanted = set(description["specials"])
    namespace: dict[str, Any] = {special: SPECIALS[special] for special in SPECIALS if special in wanted}
    for special in wanted:
        mirror = f"__r{special[2:]}"
        if mirror in SPECIALS and special in SPECIALS:
            namespace[mirror] = SPECIALS[mirror]
    if not description["hashable"]:
        namespace["__hash__"] = None
    elif "__eq__" in namespace and "__hash__" not in namespace:
        namespace["__hash__"] = object.__hash__
    # a special method is never taken by its name alone: it would answer comparisons with plain data
    methods = [m for m in map(str, description["methods"]) if m.isidentifier() and not m.startswith(("__", "_far"))]
    namespace |= {method: _method(method) for method in methods}
    namespace |= {"__kind__": Kind(link, key, name), "__module__": str(description["module"])}
    namespace["__doc__"] = description["doc"]
    namespace["__qualname__"] = str(description["qualname"])
    if any(issubclass(base, BaseException) for base in bases):
        own = tuple(base for base in bases if issubclass(base, Proxy))
        rest = tuple(base for base in bases if not issubclass(base, Proxy))
        found: tuple[type, ...] = (*own, *rest) if own else (Proxy, *rest)
        namespace |= {"__str__": _text, "__repr__": BaseException.__repr__}
    else:
        namespace["__slots__"] = ()
        found = bases or (RemoteObject,)
    return Meta(name, found, namespace, ours=True)


def exception_of(kind: type, args: tuple[Any, ...], far: Far | None, text: str) -> BaseException:
    """An exception of a class; the class's own code does not run. `text` is what it says of itself."""
    found: BaseException
    if far is None:
        try:
            found = kind(*args)
        except Exception:  # noqa: BLE001 - a class of a library's that wants other arguments
            found = BaseException.__new__(kind, *args)
    else:
        found = BaseException.__new__(kind, *args)
        object.__setattr__(found, "_far", far)
        object.__setattr__(found, "_far_text", text)
    return found


def _text(self: Any) -> str:
    return str(vars(self).get("_far_text", ""))


def _method(name: str) -> Callable[..., Any]:
    def method(self: Proxy, *args: Any, **kwargs: Any) -> Any:
        return self._far.link.call(self._far.tree, name, args, kwargs)

    method.__name__ = method.__qualname__ = name
    return method
