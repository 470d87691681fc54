"""The conversation with the workers that hold the student's modules: one at a time, a fresh one for each test.

What happens outside tests (imports, setUpClass, fixtures of a class or module) is taken down and done again in each
fresh worker, so that every test finds the same state, whatever the tests before it did, hung in, or crashed.
"""

import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from autograder.engine.sandbox import Zygote
from autograder.errors import CannotProxy, StudentFault
from autograder.suites.changes import Changes
from autograder.suites.codec import Decoder, Encoder, Malformed, Uncrossable, carry_back
from autograder.suites.functions import RemoteFunction, Told, local_function
from autograder.suites.kinds import Kinds
from autograder.suites.notes import Notes
from autograder.suites.places import FAULTS, deferred, fault, frame_of_test, line_of_test
from autograder.suites.proxies import Far, RemoteModule, broken_by, exception_of
from autograder.suites.streams import replaced, replacement, write
from autograder.suites.talk import MALFORMED, Limits, Talk

__all__ = ["Link"]

CALLS_BACK = 200_000
NESTED = 50
NUMBERS = (bool, int, float, complex, np.generic, np.ndarray)


class Said(NamedTuple):
    """One request, as it is sent again to a fresh worker."""

    scope: object
    body: dict[str, Any]
    frames: list[Any]
    held: list[Any]


class Link:
    """What proxies ask. `files` is the submission; which tests share a worker is said as they `begin`.

    `in_place` names the functions whose changes of the test's own lists come back.
    """

    def __init__(
        self,
        start: Callable[[], Zygote],
        files: Mapping[str, bytes],
        limits: Limits,
        *,
        in_place: Iterable[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.talk = Talk(start, files, limits, clock)
        self.notes = Notes()
        self.kinds = Kinds(self)
        self.paths: dict[str, str] = {}
        self.modules: dict[str, RemoteModule] = {}
        self.log: list[Said] = []
        self.quiet: tuple[Any, ...] = ()  # streams to which the student's output is not written
        self._mute = False
        self.changes = Changes(in_place)
        self._scopes: list[object] = []
        self._in_test = False
        self._unit = ""
        self._dirty = False
        self._proxies: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._dropped: set[int] = set()
        self._next = 1
        self._handed: dict[int, Callable[..., Any]] = {}
        self._for_this_worker: list[int] = []  # what was handed over in tests goes with it
        self._given = 0
        self._asks = 0
        self._depth = 0

    # --- tests and scopes ---------------------------------------------------------------------------------------------

    def begin(self, test: str, unit: str) -> None:
        """A test begins. Tests of one `unit` share a worker, and with it the state of the student's modules."""
        if self._dirty and unit != self._unit:
            self.talk.renew()
            self._dirty = False
            while self._for_this_worker:
                del self._handed[self._for_this_worker.pop()]
        self._unit, self._in_test, self._asks = unit, True, 0
        self.talk.begin(test)
        self.changes.unmeant = False
        FAULTS.clear()

    def end(self) -> None:
        """The test is over."""
        self._in_test, self.quiet = False, ()
        self.talk.begin("")

    @contextmanager
    def outside(self, scope: object) -> Iterator[None]:
        """What is asked here is set-up that several tests share, until `forget`."""
        self._scopes.append(scope)
        try:
            yield
        finally:
            self._scopes.pop()

    def forget(self, scope: object) -> None:
        """Set-up of this scope is over and is not done again."""
        self.log = [said for said in self.log if said.scope is not scope]

    # --- what proxies ask ---------------------------------------------------------------------------------------------

    def call(self, of: Any, name: str | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What a function, a class or a method gives."""
        encoder = Encoder(self)
        try:
            body = {"do": "call", "of": self._placed(of), "name": name, "args": [encoder.write(a) for a in args]}
            body["kwargs"] = {key: encoder.write(value) for key, value in kwargs.items()}
        except Uncrossable as error:
            raise CannotProxy(f"{line_of_test()}: {error}") from None
        return self._ask(body, encoder)

    def special(self, name: str, args: tuple[Any, ...]) -> Any:
        """What an operator or a builtin gives."""
        encoder = Encoder(self)
        try:
            body = {"do": "special", "name": name, "args": [encoder.write(a) for a in args]}
        except Uncrossable as error:
            raise CannotProxy(f"{line_of_test()}: {error}") from None
        value = self._ask(body, encoder)
        mixed = any(getattr(getattr(a, "_far", None), "mixed", False) for a in args)
        return self._marked(value) if mixed else value

    def mixed(self, name: str, pair: tuple[Any, Any]) -> Any:
        """Arithmetic of an object with plain data: its result, unless that is a number, which it could choose."""
        value = self.special(name, pair)
        if isinstance(value, NUMBERS) or type(value).__module__ == "torch":
            self.notes.add(
                f"{line_of_test()}: arithmetic of a student's object with plain data gave a number, which is not "
                "taken: compare its attributes instead"
            )
            return NotImplemented
        return self._marked(value)

    def get(self, of: Any, name: str) -> Any:
        """An attribute."""
        found = self._ask({"do": "get", "of": self._placed(of), "name": name})
        if of[0] == "M" and isinstance(found, type):
            self.kinds.named.add(found)
        self.changes.learn(name, found)
        return found

    def set(self, of: Any, name: str, value: Any) -> None:
        """Sets an attribute of an object."""
        encoder = Encoder(self)
        try:
            body = {"do": "set", "of": of, "name": name, "value": encoder.write(value)}
        except Uncrossable as error:
            raise CannotProxy(f"{line_of_test()}: {error}") from None
        self._ask(body, encoder)

    def delete(self, of: Any, name: str) -> None:
        """Deletes an attribute of an object."""
        self._ask({"do": "del", "of": of, "name": name})

    def dir(self, of: Any) -> list[str]:
        """The names of attributes."""
        return [str(name) for name in self._ask({"do": "dir", "of": of})]

    def seed(self, library: str, value: Any) -> None:
        """Seeds the student's generators as the test seeds its own; before any module is imported there are none."""
        encoder = Encoder(self)
        self._ask({"do": "seed", "library": library, "value": encoder.write(value)}, encoder)

    def load(self, name: str, path: str, *, again: bool) -> tuple[list[str], str | None]:
        """Imports a module of the submission; gives its public names and its documentation.

        Raises what it raises. It is set-up of all tests from here on, wherever it is first asked for.
        """
        self.paths[name] = path
        with self.outside(None):
            found = self._ask({"do": "import", "name": name, "path": path, "again": again})
        if type(found) is not dict:
            raise fault(MALFORMED)
        return [str(item) for item in found.get("names", [])], found.get("doc")

    def released(self, number: int) -> None:
        """Nobody here needs an object any more."""
        self._dropped.add(number)

    def unequal(self, kind: str, other: Any) -> None:
        """A comparison of an object with plain data was Python's own."""
        if other is not None:
            self.notes.add(
                f"{line_of_test()}: an object of the student's class {kind} was compared with {type(other).__name__} "
                "and counts as different, because else the student's class would decide"
            )

    def is_named(self, kind: type) -> bool:
        """Whether the suite itself has asked the student's module for this class, or one that it comes from."""
        return not self.kinds.named.isdisjoint(kind.__mro__)

    # --- what the codec needs -----------------------------------------------------------------------------------------

    def kept(self, number: int, key: str) -> Any:
        """The proxy of an object, the same one as long as it lives."""
        self._dropped.discard(number)
        found = self._proxies.get(number)
        if found is None:
            kind = self.class_of(key)
            if issubclass(kind, BaseException):
                return exception_of(kind, (), Far(self, number, key), "")
            found = object.__new__(kind)
            object.__setattr__(found, "_far", Far(self, number, key))
            self._proxies[number] = found
        return found

    def class_of(self, key: str) -> Any:
        """The proxy of a class; raises Malformed for one that was never described."""
        return self.kinds.of(key)

    def function(self, number: int, name: str, module: str, doc: str | None, shape: Any, rich: Any) -> Any:
        """The proxy of a function, the same one as long as it lives."""
        self._dropped.discard(number)
        found = self._proxies.get(number)
        if found is None:
            told = Told(str(name), str(module), doc if isinstance(doc, str) else None, shape)
            found = (RemoteFunction if rich is True else local_function)(self, number, told)
            weakref.finalize(found, self._dropped.add, number).atexit = False
            self._proxies[number] = found
        return found

    def module(self, name: str) -> Any:
        """The proxy of a module that a test has imported."""
        if name not in self.modules:
            raise Malformed("a module that nobody imported")
        return self.modules[name]

    def path_of(self, name: str) -> str:
        """The path of a student's module."""
        return self.paths[name]

    def hand_over(self, function: Callable[..., Any]) -> int:
        """The number under which a function of the test can be asked."""
        self._given += 1
        self._handed[self._given] = function
        if self._in_test and not self._scopes:
            self._for_this_worker.append(self._given)
        return self._given

    # --- one request --------------------------------------------------------------------------------------------------

    def _ask(self, body: dict[str, Any], encoder: Encoder | None = None) -> Any:
        """The value of a request. Raises what the student's code raises, or StudentFault."""
        frames, held = (encoder.frames, encoder.held) if encoder is not None else ([], [])
        self.talk.require_time()
        if self._depth >= NESTED:
            raise fault("the test and the student's code call each other without end")
        outside = bool(self._scopes) or not self._in_test
        self._ready()
        asks = replaced()
        body |= {"next": self._next, "talk": bool(self._handed or asks), "asks": asks, "drop": sorted(self._dropped)}
        self._dropped.clear()
        if outside:
            self.log.append(Said(self._scopes[-1] if self._scopes else None, body, frames, held))
        else:
            self._dirty = True
        try:
            return self._converse(body, frames, held)
        except BaseException as error:
            if body["do"] == "import":
                self.log.pop()
            elif self._at_the_top() and isinstance(error, Exception | StudentFault):
                return broken_by(error)  # the tests that need the value tell why there is none
            raise

    def _at_the_top(self) -> bool:
        """Whether the test files are being read."""
        frame = frame_of_test()
        return not self._in_test and not self._scopes and frame is not None and deferred(frame)

    def _converse(self, body: dict[str, Any], frames: list[Any], held: list[Any]) -> Any:
        """Sends a request, answers what the student's code asks back, and gives the value at last."""
        reply, came = self._exchange(body, frames)
        while "callback" in reply:
            reply, came = self._exchange(*self._answered(reply, came))
        if "refused" in reply:
            self._refused(reply)
        if reply.get("changed"):
            self._changed(body, reply, came, held)
        if "raised" in reply:
            error = self._raised(reply["raised"], came)
            if isinstance(error, SystemExit) and not self._in_test:
                error = fault("the student's code ended the program (SystemExit)")
            raise error
        return self._decoded(reply.get("value"), came)

    def _exchange(self, body: dict[str, Any], frames: list[Any]) -> tuple[dict[str, Any], list[Any]]:
        """One message there and one back: what it mentions is taken down, what it says is written."""
        reply, came = self.talk.exchange(body, frames, shared=self._mute or body["do"] == "import")
        self._next = max(self._next, reply["next"] if type(reply.get("next")) is int else 0)
        self.kinds.learn(reply.get("classes"))
        if not self._mute:
            write(reply.get("said"), self.quiet)
        return reply, came

    def _answered(self, question: dict[str, Any], came: list[Any]) -> tuple[dict[str, Any], list[Any]]:
        """What the test's function gives to the student's code that called it."""
        self._asks += 1
        if self._asks > CALLS_BACK:
            raise fault(f"the student's code called functions of the test more than {CALLS_BACK} times")
        which = question["callback"]
        encoder = Encoder(self)
        decoder = Decoder(self, came)
        try:
            args = [decoder.read(tree) for tree in question["args"]]
            kwargs = {str(key): decoder.read(tree) for key, tree in question["kwargs"].items()}
            function = self._handed[which] if type(which) is int else replacement(which)
        except (Malformed, KeyError, IndexError, TypeError, AttributeError):
            raise fault("the student's code asked for what no test has handed over") from None
        self._depth += 1
        try:
            return {"do": "resume", "value": encoder.write(function(*args, **kwargs))}, encoder.frames
        except Uncrossable as error:
            raise CannotProxy(f"{line_of_test()}: {error}") from None
        except Exception as error:  # noqa: BLE001 - what the test's function raises, the student's code may catch
            return {"do": "resume", "raised": encoder.exception(error)}, encoder.frames
        finally:
            self._depth -= 1

    def _changed(self, body: dict[str, Any], reply: dict[str, Any], came: list[Any], held: list[Any]) -> None:
        """The call changed lists, dicts, sets or arrays that the test holds: they follow, where that is meant."""
        of, name = body["of"], body["name"]
        if not self.changes.meant(of, name):
            self.changes.unmeant = True
            called = self.changes.name_of(of, name)
            self.notes.add(
                f"{line_of_test()}: {called} changed a value of the test; nothing of that comes back unless "
                f"--in-place {called} says that it is meant to"
            )
            return
        try:
            carry_back(Decoder(self, came, held), reply["changed"])
        except Malformed:
            raise fault(MALFORMED) from None

    def _decoded(self, tree: Any, came: list[Any]) -> Any:
        try:
            return Decoder(self, came).read(tree)
        except Malformed as error:
            raise fault(f"{MALFORMED}: {error}") from None

    def _raised(self, found: Any, came: list[Any]) -> BaseException:
        try:
            return self.kinds.raised(found, Decoder(self, came))
        except (Malformed, AttributeError, KeyError, TypeError, ValueError):
            return fault(MALFORMED)

    def _refused(self, reply: dict[str, Any]) -> None:
        if reply.get("gone"):
            raise fault("an object of the student's is used that was made in another test, or before the program ended")
        raise fault(f"the call returned {str(reply['refused'])[:300]}")

    # --- workers ------------------------------------------------------------------------------------------------------

    def _ready(self) -> None:
        """A worker is there, with everything done in it that was asked outside tests."""
        if self.talk.alive:
            return
        self.talk.open(self._folder())
        self._dirty, self._mute = self._in_test, True
        try:
            for said in list(self.log):
                self._again(said)
        finally:
            self._mute = False
            self._dropped.clear()  # these were the old worker's

    def _again(self, said: Said) -> None:
        """Does once more what was asked outside tests; what it gives has its proxies, and what it raises was told."""
        reply, came = self._exchange(said.body, said.frames)
        while "callback" in reply:
            reply, came = self._exchange(*self._answered(reply, came))

    def _folder(self) -> str:
        """The folder of the submission in which its modules lie, with a slash; "" for the top."""
        for name, path in self.paths.items():
            depth = name.count(".") + 1 + path.endswith("__init__.py")
            return "/".join([*path.split("/")[:-depth], ""]).lstrip("/")
        return ""

    def _placed(self, of: Any) -> Any:
        return ["M", of[1], self.paths[of[1]]] if of[0] == "M" else of

    def _marked(self, value: Any) -> Any:
        far = getattr(value, "_far", None)
        if far is not None:
            object.__setattr__(value, "_far", far._replace(mixed=True))
        return value
