"""The student's classes as a worker describes them, and the exceptions that its code raises as values here."""

import builtins
import sys
from typing import Any

from autograder.suites.codec import Decoder, Malformed
from autograder.suites.places import fault
from autograder.suites.proxies import Far, exception_of, local_class

__all__ = ["Kinds"]

LIBRARIES = frozenset(("json", "decimal", "queue", "zipfile", "struct", "numpy", "scipy", "torch", "sklearn", "pandas"))
MOST = 2000


class Kinds:
    """Classes by key. A worker's first description of a class stays; `named` are those that the suite asked for."""

    def __init__(self, link: Any) -> None:
        self._link = link
        self._told: dict[str, dict[str, Any]] = {}
        self._made: dict[str, type] = {}
        self.named: set[type] = set()

    def learn(self, classes: Any) -> None:
        """Takes down descriptions, as far as they have the form of one."""
        for key, told in classes.items() if type(classes) is dict else ():
            if type(key) is str and type(told) is dict and len(self._told) < MOST:
                self._told.setdefault(key, told)

    def of(self, key: str, depth: int = 0) -> type:
        """The class of a key; raises Malformed for one that was not described."""
        if key not in self._made:
            told = self._told.get(key)
            if told is None or depth > 50:
                raise Malformed("a class that was not described")
            try:
                self._made[key] = self._make(key, told, depth)
            except (TypeError, ValueError, KeyError, AttributeError) as error:
                raise Malformed(f"a class that cannot be: {error}") from None
        return self._made[key]

    def _make(self, key: str, told: dict[str, Any], depth: int) -> type:
        bases: list[type] = []
        for tag, name in told["bases"]:
            if tag == "C":
                bases.append(_library_exception(name) or self.of(name, depth + 1))
            elif told["exception"]:
                bases.append(_catchable(name))
        if told["exception"]:
            known = _library_exception(key)
            if known is not None:
                return known
            if not any(issubclass(base, BaseException) for base in bases):
                bases.append(Exception)
        return local_class(self._link, key, told, tuple(dict.fromkeys(bases)))

    def raised(self, found: Any, decoder: Decoder) -> BaseException:
        """The exception that a reply tells of; where the student's code raised it is added to its notes."""
        kinds = [(str(module), str(name)) for module, name in found["mro"]]
        text, where = str(found["text"]), str(found["where"])
        module, name = kinds[0]
        args = tuple(decoder.read(arg) for arg in found["args"])
        if "is" in found:
            _, number, key = found["is"]
            far = None if _library_exception(key) else Far(self._link, int(number), str(key))
            error = exception_of(self.of(str(key)), args, far, text)
        elif module == "builtins":
            kind = getattr(builtins, name, None)
            if not (isinstance(kind, type) and issubclass(kind, Exception | SystemExit)):
                return fault(f"the student's code raised {name[:80]}{f' ({where})' if where else ''}")
            error = exception_of(kind, args, None, text)
        else:
            raise Malformed("an exception of no known class")
        if where:
            error.add_note(f"raised at {where[:300]}")
        return error


def _catchable(name: str) -> type:
    """The exception class of Python's with this name, Exception for those that are no errors."""
    kind = getattr(builtins, name, None)
    allowed = isinstance(kind, type) and issubclass(kind, Exception | SystemExit)
    return kind if allowed and isinstance(kind, type) else Exception


def _library_exception(key: str) -> type | None:
    """The exception class of a library that tests may expect, where the library is loaded here."""
    module, _, name = key.partition(":")
    if module.split(".")[0] not in LIBRARIES or module not in sys.modules or not name.isidentifier():
        return None
    kind = vars(sys.modules[module]).get(name)
    return kind if isinstance(kind, type) and issubclass(kind, Exception) else None
