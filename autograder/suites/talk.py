"""One worker at a time that holds the student's modules, what it may use, and one message there and one back."""

import functools
import json
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from autograder.engine.sandbox import Zygote
from autograder.engine.stream import PATIENCE
from autograder.engine.worker import IMPORT_S, Budget, Worker
from autograder.errors import StudentError
from autograder.suites.places import fault

__all__ = ["MALFORMED", "Limits", "Talk"]

STUB = "gradelbo_suite.py"
FAR = ("desk", "values", "ask", "answer")
LEAST_S = 0.05
KEPT_MB = 256  # what may come back in one test
TESTS = 40  # a worker that tests share may compute for so many of them
MALFORMED = "the answer was not in the form that values come back in"


class Limits(NamedTuple):
    """What the student's code may use in one test: CPU seconds and memory (MiB); `wall_s` is for the whole run.

    Tests that are run a second time have as long again for all of it.
    """

    test_s: float = 10.0
    memory_mb: int = 1024
    wall_s: float = 300.0
    reply_mb: int = 16


class Talk:
    """The conversation with the worker that lives now, on the account of the test that runs."""

    def __init__(
        self, start: Callable[[], Zygote], files: Mapping[str, bytes], limits: Limits, clock: Callable[[], float]
    ) -> None:
        self.limits = limits
        self._files = dict(files)
        self._start = start
        self._clock = clock
        self._until = clock() + limits.wall_s
        self._zygote: Zygote | None = None
        self._worker: Worker | None = None
        self._spent = self._waited = 0.0
        self._received = self._calls = 0
        self._test = ""

    @property
    def alive(self) -> bool:
        """Whether a worker is there that answers."""
        return self._worker is not None and self._worker.alive

    @property
    def late(self) -> bool:
        """Whether the whole run has used up its time."""
        return self._clock() >= self._until

    @property
    def layers(self) -> frozenset[str]:
        """The walls that hold here."""
        return self._live().layers

    def begin(self, test: str) -> None:
        """What is used from here on is on this test's account."""
        self._test = test
        self._spent = self._waited = 0.0
        self._received = self._calls = 0

    def require_time(self) -> None:
        """Raises StudentFault when the test, or the whole run, has nothing left."""
        test_s = self.limits.test_s
        if self.late:
            raise fault("not run: the tests before this one used up the time that the whole run may take")
        if self._spent >= test_s or self._waited > test_s * PATIENCE + 1:
            raise fault(f"the student's code took longer than the {test_s:g} s that a test may take")
        if self._received > KEPT_MB << 20:
            raise fault(f"the student's code returned more than {KEPT_MB} MiB in one test")

    def open(self, folder: str) -> None:
        """A fresh worker with the submission laid out; its current folder is `folder`, "" or ending in a slash."""
        limits = self.limits
        budget = Budget(limits.test_s, limits.test_s * TESTS, limits.memory_mb, limits.reply_mb)
        self._worker = self._live().fork(budget)
        files = self._files | {folder + STUB: b""}
        self._worker.load(files=files, file=folder + STUB, adapter=far_text(), functions=("answer",))

    def exchange(
        self, body: dict[str, Any], frames: list[Any], *, shared: bool = False
    ) -> tuple[dict[str, Any], list[Any]]:
        """One message there and one back; raises StudentFault, after which no worker is there.

        What tests share (`shared`: imports, set-up done again) has time of its own, as in homeworks, and costs the test
        none.
        """
        worker = self._worker
        if worker is None or not worker.alive:
            raise fault("the program ended while it called a function of the test")
        test_s = self.limits.test_s
        left = max(test_s, IMPORT_S) if shared else max(LEAST_S, test_s - self._spent)
        wall = min(left * PATIENCE + 1, max(LEAST_S, self._until - self._clock()))
        worker.budget = worker.budget._replace(call_s=left)
        self._calls += 1
        seed = zlib.crc32(f"{self._test} {self._calls}".encode("utf-8", "surrogatepass"))
        before, started = worker.stream.cpu_s(), self._clock()
        try:
            request = {"tree": json.dumps(body).encode(), "frames": frames}
            reply, came, size = _opened(worker.call("answer", (request,), {}, seed=seed, wall_s=wall))
        except StudentError as error:
            self.renew()
            if error.verdict == "timeout":
                self._spent = test_s
            raise fault(_said_of(error, left if shared else test_s)) from None
        except BaseException:  # the alarm, or a reply of another form: what comes next would be out of step
            self.renew()
            raise
        finally:
            if not shared:
                self._spent += max(0.0, worker.stream.cpu_s() - before)
                self._waited += self._clock() - started
        self._received += size
        return reply, came

    def renew(self) -> None:
        """Ends the worker."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    def close(self) -> None:
        """Ends worker and zygote."""
        try:
            self.renew()
        finally:
            if self._zygote is not None:
                self._zygote.close()
                self._zygote = None

    def _live(self) -> Zygote:
        """A zygote that lives: one that died is started anew."""
        if self._zygote is not None and self._zygote.process.poll() is not None:
            self._zygote.close()
            self._zygote = None
        if self._zygote is None:
            self._zygote = self._start()
        return self._zygote


def _said_of(error: StudentError, limit_s: float) -> str:
    if error.verdict == "malformed":
        return MALFORMED
    if error.verdict == "timeout":
        return f"the student's code took longer than the {limit_s:g} s that it may take here: an endless loop?"
    return error.reason


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


def _opened(answer: Any) -> tuple[dict[str, Any], list[Any], int]:
    """A reply's tree and frames, if it has the form of one, and its size in bytes."""
    try:
        reply, came = json.loads(answer["tree"]), answer["frames"]
        if type(reply) is dict and type(came) is list:
            return reply, came, len(answer["tree"]) + sum(getattr(frame, "nbytes", 0) for frame in came)
    except (KeyError, TypeError, ValueError, RecursionError):
        pass
    raise fault(MALFORMED)
