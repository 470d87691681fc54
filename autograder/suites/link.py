"""The conversation with the workers that hold the student's modules: one at a time, a fresh one for each test.

What happens outside tests (imports, setUpClass, fixtures of a class or module) is taken down and done again in each
fresh worker, so that every test finds the same state, whatever the tests before it did, hung in, or crashed.
"""

import builtins
import functools
import io
import json
import sys
import time
import weakref
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from autograder.engine.sandbox import Zygote
from autograder.engine.stream import PATIENCE
from autograder.engine.worker import Budget, Worker
from autograder.errors import CannotProxy, StudentError, StudentFault
from autograder.suites.codec import Decoder, Encoder, Malformed, Uncrossable
from autograder.suites.kinds import Kinds
from autograder.suites.places import test_line
from autograder.suites.proxies import Far, RemoteModule, exception_of, local_function

__all__ = ["Limits", "Link", "Notes"]

STUB = "gradelbo_suite.py"
FAR = ("desk", "values", "ask", "answer")
CALLS_BACK = 200_000
NESTED = 50
KEPT_MB = 256


class Limits(NamedTuple):
    """What the student's code may use in one test: CPU seconds and memory (MiB); `wall_s` is for the whole run."""

    test_s: float = 10.0
    memory_mb: int = 1024
    wall_s: float = 300.0
    reply_mb: int = 16


class Said(NamedTuple):
    """One request, as it is sent again to a fresh worker."""

    scope: object
    body: dict[str, Any]
    frames: list[Any]
    held: list[Any]


class Notes:
    """Sentences for staff, each once."""

    def __init__(self) -> None:
        self.told: dict[str, None] = {}

    def add(self, sentence: str) -> None:
        """Takes one down."""
        if len(self.told) < 50:
            self.told.setdefault(sentence[:500])


class Link:
    """What proxies ask. `files` is the submission, `share` says whether a worker lives on from one test to the next.

    `in_place`: what a call changes in the test's own lists comes back even if the call returns something.
    """

    def __init__(
        self,
        start: Callable[[], Zygote],
        files: Mapping[str, bytes],
        limits: Limits,
        *,
        in_place: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.files = dict(files)
        self.limits = limits
        self.notes = Notes()
        self.kinds = Kinds(self)
        self.paths: dict[str, str] = {}
        self.modules: dict[str, RemoteModule] = {}
        self.log: list[Said] = []
        self._start = start
        self._zygote: Zygote | None = None
        self._worker: Worker | None = None
        self._in_place = in_place
        self._clock = clock
        self._until = clock() + limits.wall_s
        self._scopes: list[object] = []
        self._in_test = False
        self._unit = ""
        self._dirty = False
        self._proxies: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._dropped: set[int] = set()
        self._next = 1
        self._handed: list[Callable[..., Any]] = []
        self._asks = 0
        self._depth = 0
        self._calls = 0
        self._test = ""
        self._mute = False
        self.quiet: tuple[Any, ...] = ()  # streams to which the student's output is not written
        self.faults = 0  # in this test
        self._account()

    # --- tests and scopes ---------------------------------------------------------------------------------------------

    def begin(self, test: str, unit: str) -> None:
        """A test begins. Tests of one `unit` share a worker, and with it the state of the student's modules."""
        if self._dirty and unit != self._unit:
            self.renew()
        self._unit, self._test, self._in_test, self._calls, self.faults = unit, test, True, 0, 0
        self._account()

    def end(self) -> None:
        """The test is over."""
        self._in_test = False
        self._account()

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

    def renew(self) -> None:
        """The next request goes to a fresh worker."""
        if self._worker is not None:
            self._worker.close()
        self._worker, self._dirty, self._asks = None, False, 0

    def close(self) -> None:
        """Ends worker and zygote."""
        try:
            self.renew()
        finally:
            if self._zygote is not None:
                self._zygote.close()
                self._zygote = None

    @property
    def layers(self) -> frozenset[str]:
        """The walls that hold here."""
        return self._live().layers

    # --- what proxies ask ---------------------------------------------------------------------------------------------

    def call(self, of: Any, name: str | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What a function, a class or a method gives."""
        encoder = Encoder(self)
        try:
            body = {"do": "call", "of": self._placed(of), "name": name, "args": [encoder.write(a) for a in args]}
            body["kwargs"] = {key: encoder.write(value) for key, value in kwargs.items()}
        except Uncrossable as error:
            raise CannotProxy(self._uncrossable(str(error))) from None
        return self._ask(body, encoder)

    def special(self, name: str, args: tuple[Any, ...]) -> Any:
        """What an operator or a builtin gives."""
        encoder = Encoder(self)
        try:
            body = {"do": "special", "name": name, "args": [encoder.write(a) for a in args]}
        except Uncrossable as error:
            raise CannotProxy(self._uncrossable(str(error))) from None
        value = self._ask(body, encoder)
        mixed = any(getattr(getattr(a, "_far", None), "mixed", False) for a in args)
        return self._marked(value) if mixed else value

    def mixed(self, name: str, pair: tuple[Any, Any]) -> Any:
        """Arithmetic of an object with plain data: its result, unless that is a number, which the object could choose."""
        value = self.special(name, pair)
        if isinstance(value, bool | int | float | complex | np.generic | np.ndarray) or hasattr(value, "detach"):
            self.notes.add(
                f"{test_line()}: arithmetic of a student's object with plain data gave a number, which is not taken: "
                "compare its attributes instead"
            )
            return NotImplemented
        return self._marked(value)

    def get(self, of: Any, name: str) -> Any:
        """An attribute."""
        found = self._ask({"do": "get", "of": self._placed(of), "name": name})
        if of[0] == "M" and isinstance(found, type):
            self.kinds.named.add(found)
        return found

    def set(self, of: Any, name: str, value: Any) -> None:
        """Sets an attribute of an object."""
        encoder = Encoder(self)
        try:
            body = {"do": "set", "of": of, "name": name, "value": encoder.write(value)}
        except Uncrossable as error:
            raise CannotProxy(self._uncrossable(str(error))) from None
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
            raise StudentFault("the answer was not in the form that values come back in")
        return [str(item) for item in found.get("names", [])], found.get("doc")

    def released(self, number: int) -> None:
        """Nobody here needs an object any more."""
        self._dropped.add(number)

    def unequal(self, kind: str, other: Any) -> None:
        """A comparison of an object with plain data was Python's own."""
        if other is not None:
            self.notes.add(
                f"{test_line()}: an object of the student's class {kind} was compared with {type(other).__name__} "
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

    def function(self, number: int, name: str, module: str, doc: str | None, shape: Any) -> Any:
        """The proxy of a function, the same one as long as it lives."""
        self._dropped.discard(number)
        found = self._proxies.get(number)
        if found is None:
            found = local_function(self, number, str(name), str(module), doc if isinstance(doc, str) else None, shape)
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
        self._handed.append(function)
        return len(self._handed) - 1

    # --- one request --------------------------------------------------------------------------------------------------

    def _ask(self, body: dict[str, Any], encoder: Encoder | None = None) -> Any:
        """The value of a request. Raises what the student's code raises, or StudentFault."""
        frames, held = (encoder.frames, encoder.held) if encoder is not None else ([], [])
        self._require_time()
        if self._depth >= NESTED:
            raise StudentFault("the test and the student's code call each other without end")
        outside = bool(self._scopes) or not self._in_test
        worker = self._ready()
        body = body | {"next": self._next, "talk": self._talks(), "asks": _replaced()}
        if outside:
            self.log.append(Said(self._scopes[-1] if self._scopes else None, body, frames, held))
        else:
            self._dirty = True
        try:
            return self._converse(worker, body, frames, held)
        except BaseException as error:
            self.faults += isinstance(error, StudentFault)
            if outside and body["do"] == "import":
                self.log.pop()
            raise

    def _converse(self, worker: Worker, body: dict[str, Any], frames: list[Any], held: list[Any]) -> Any:
        """Sends a request, answers what the student's code asks back, and gives the value at last."""
        dropped = sorted(self._dropped)
        self._dropped.clear()
        reply, came = self._exchange(worker, body | {"drop": dropped}, frames)
        while "callback" in reply:
            answer, out = self._answered(reply, came)
            reply, came = self._exchange(worker, answer, out)
        if "refused" in reply:
            self._refused(reply)
        if "raised" in reply:
            if self._in_place:
                self._carry_back(reply, came, held)
            error = self._raised(reply["raised"], came)
            if isinstance(error, SystemExit) and not self._in_test:
                error = StudentFault("the student's code ended the program (SystemExit)")
            raise error
        value = self._decoded(reply.get("value"), came)
        if self._in_place or value is None:
            self._carry_back(reply, came, held)
        elif reply.get("changed"):
            self.notes.add(
                f"{test_line()}: a call changed a list of the test and returned something too; the change is not "
                "carried back, or it could change what is expected; --in-place carries it"
            )
        return value

    def _exchange(self, worker: Worker, body: dict[str, Any], frames: list[Any]) -> tuple[dict[str, Any], list[Any]]:
        """One message there and one back, within what the test may still use."""
        seed = zlib.crc32(f"{self._test} {self._calls}".encode())
        self._calls += 1
        left = max(0.05, self.limits.test_s - self._spent)
        wall = min(left * PATIENCE + 1, max(0.05, self._until - self._clock()))
        before, started = worker.stream.cpu_s(), self._clock()
        worker.budget = worker.budget._replace(call_s=left)
        request = {"tree": json.dumps(body).encode(), "frames": frames}
        try:
            answer = worker.call("answer", (request,), {}, seed=seed, wall_s=wall)
        except StudentError as error:
            self._worker = None
            worker.close()
            if error.verdict == "timeout":
                self._spent = self.limits.test_s
            raise StudentFault(self._said_of(error)) from None
        except BaseException:  # the alarm, in the middle of a conversation
            self._worker = None
            worker.close()
            raise
        finally:
            self._spent += max(0.0, worker.stream.cpu_s() - before)
            self._waited += self._clock() - started
        reply, came = _opened(answer)
        self._received += len(answer["tree"]) + sum(getattr(f, "nbytes", 0) for f in came)
        self._next = max(self._next, reply["next"] if type(reply.get("next")) is int else 0)
        self.kinds.learn(reply.get("classes"))
        self._print(reply.get("said"))
        return reply, came

    def _answered(self, question: dict[str, Any], came: list[Any]) -> tuple[dict[str, Any], list[Any]]:
        """What the test's function gives to the student's code that called it."""
        self._asks += 1
        if self._asks > CALLS_BACK:
            raise StudentFault(f"the student's code called functions of the test more than {CALLS_BACK} times")
        which = question["callback"]
        encoder = Encoder(self)
        decoder = Decoder(self, came)
        try:
            args = [decoder.read(tree) for tree in question["args"]]
            kwargs = {str(key): decoder.read(tree) for key, tree in question["kwargs"].items()}
            function = _stream_function(which) if type(which) is str else self._handed[which]
        except (Malformed, KeyError, IndexError, TypeError, AttributeError):
            raise StudentFault("the student's code asked for what no test has handed over") from None
        self._depth += 1
        try:
            return {"do": "resume", "value": encoder.write(function(*args, **kwargs))}, encoder.frames
        except Uncrossable as error:
            raise CannotProxy(self._uncrossable(str(error))) from None
        except Exception as error:  # noqa: BLE001 - what the test's function raises, the student's code may catch
            return {"do": "resume", "raised": _passed_on(error, encoder)}, encoder.frames
        finally:
            self._depth -= 1

    def _carry_back(self, reply: dict[str, Any], came: list[Any], held: list[Any]) -> None:
        """Makes the changes of the student's code to the test's own lists, dicts, sets and arrays."""
        decoder = Decoder(self, came, held)
        try:
            for index, tree in reply.get("changed") or []:
                mine, new = held[index], decoder.read(tree)
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
        except (Malformed, IndexError, TypeError, ValueError):
            raise StudentFault("the answer was not in the form that values come back in") from None

    def _decoded(self, tree: Any, came: list[Any]) -> Any:
        try:
            return Decoder(self, came).read(tree)
        except Malformed as error:
            raise StudentFault(f"the answer was not in the form that values come back in: {error}") from None

    def _raised(self, found: Any, came: list[Any]) -> BaseException:
        try:
            return self.kinds.raised(found, Decoder(self, came))
        except (Malformed, AttributeError, KeyError, TypeError, ValueError):
            return StudentFault("the answer was not in the form that values come back in")

    def _refused(self, reply: dict[str, Any]) -> None:
        if reply.get("gone"):
            raise StudentFault(
                "an object of the student's is used that was made in another test, or before the program ended"
            )
        raise StudentFault(f"the call returned {str(reply['refused'])[:300]}")

    # --- workers ------------------------------------------------------------------------------------------------------

    def _ready(self) -> Worker:
        """The worker, with everything done in it that was asked outside tests."""
        if self._worker is None or not self._worker.alive:
            limits = self.limits
            budget = Budget(limits.test_s, limits.test_s * 40, limits.memory_mb, limits.reply_mb)
            worker = self._live().fork(budget)
            self._worker, self._dirty = worker, self._in_test
            folder = self._folder()
            worker.load(
                files=self.files | {folder + STUB: b""}, file=folder + STUB, adapter=far_text(), functions=("answer",)
            )
            self._mute = True
            try:
                for said in list(self.log):
                    self._again(worker, said)
            finally:
                self._mute = False
        return self._worker

    def _again(self, worker: Worker, said: Said) -> None:
        """Does once more what was asked outside tests; what the student's code raised then is raised again, and dropped."""
        try:
            self._converse(worker, said.body, said.frames, [])
        except Exception:  # noqa: BLE001, S110 - it was told when it happened first
            pass

    def _folder(self) -> str:
        """The folder of the submission in which its modules lie, with a slash; "" for the top."""
        for name, path in self.paths.items():
            depth = name.count(".") + 1 + path.endswith("__init__.py")
            parts = path.split("/")[:-depth]
            return "/".join([*parts, ""])
        return ""

    def _live(self) -> Zygote:
        if self._zygote is not None and self._zygote.process.poll() is not None:
            self._zygote.close()
            self._zygote = None
        if self._zygote is None:
            self._zygote = self._start()
        return self._zygote

    # --- time, output, sentences --------------------------------------------------------------------------------------

    def _account(self) -> None:
        self._spent = self._waited = 0.0
        self._received = 0

    def _require_time(self) -> None:
        if self._clock() >= self._until:
            raise StudentFault("not run: the tests before this one used up the time that the whole run may take")
        if self._spent >= self.limits.test_s or self._waited > self.limits.test_s * PATIENCE + 1:
            raise StudentFault(f"the student's code took longer than the {self.limits.test_s:g} s that a test may take")
        if self._received > KEPT_MB << 20:
            raise StudentFault(f"the student's code returned more than {KEPT_MB} MiB in one test")

    def _talks(self) -> bool:
        return bool(self._handed) or bool(_replaced())

    def _placed(self, of: Any) -> Any:
        return ["M", of[1], self.paths[of[1]]] if of[0] == "M" else of

    def _marked(self, value: Any) -> Any:
        far = getattr(value, "_far", None)
        if far is not None:
            object.__setattr__(value, "_far", far._replace(mixed=True))
        return value

    def _print(self, said: Any) -> None:
        """Writes what the student's code printed to where the test listens, if it does."""
        if self._mute or type(said) is not list or len(said) != 2:
            return
        for name, text in zip(("stdout", "stderr"), said, strict=True):
            stream = getattr(sys, name)
            if type(text) is str and text and not any(stream is closed for closed in self.quiet):
                stream.write(text)

    def _said_of(self, error: StudentError) -> str:
        reasons = {
            "malformed": "the answer was not in the form that values come back in",
            "timeout": f"the student's code took longer than the {self.limits.test_s:g} s that a test may take: an "
            "endless loop?",
        }
        return reasons.get(error.verdict, error.reason)

    def _uncrossable(self, kind: str) -> str:
        return (
            f"{test_line()}: a value of type {kind} is passed to the student's code, which runs in another process; pass "
            "numbers, strings, lists, dicts, arrays, functions, or objects of the student's own"
        )


@functools.cache
def far_text() -> bytes:
    """The modules of `far` as one text that makes them anew wherever it runs."""
    folder = Path(__file__).parent / "far"
    texts = [(f"autograder.suites.far.{name}", (folder / f"{name}.py").read_text(encoding="utf-8")) for name in FAR]
    return (
        "import sys, types\n"
        f"for name, text in {texts!r}:\n"
        "    module = sys.modules[name] = types.ModuleType(name)\n"
        "    exec(compile(text, f'<{name}>', 'exec', dont_inherit=True), vars(module))\n"
        "answer = sys.modules['autograder.suites.far.answer'].answer\n"
    ).encode()


def _opened(answer: Any) -> tuple[dict[str, Any], list[Any]]:
    """A reply's tree and frames, if it has the form of one."""
    try:
        reply = json.loads(answer["tree"])
        if type(reply) is dict and type(answer["frames"]) is list:
            return reply, answer["frames"]
    except (KeyError, TypeError, ValueError, RecursionError):
        pass
    raise StudentFault("the answer was not in the form that values come back in")


STDIN, INPUT, PRINT = sys.stdin, builtins.input, builtins.print


def _replaced() -> list[str]:
    """Which of input() and print() the test has put something in the place of."""
    typed = builtins.input is not INPUT or (sys.stdin is not STDIN and isinstance(sys.stdin, io.StringIO))
    return ["input"] * typed + ["print"] * (builtins.print is not PRINT)


def _stream_function(name: str) -> Callable[..., Any]:
    return {"input": builtins.input, "print": builtins.print}[name]


def _passed_on(error: Exception, encoder: Encoder) -> Any:
    """An exception of the test's function as one that the student's code can catch."""
    encoder.frames.clear()
    try:
        return encoder.write(error)
    except Uncrossable:
        return ["x", "RuntimeError", str(error)[:1000]]


