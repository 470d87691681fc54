"""The same grading on many machines, by dask.distributed (an optional extra): hand-ins go out, verdicts come back.

Every worker is asked for its pins before it gets anything; one that would find other verdicts is refused. A task may
run twice when a machine is lost, which changes nothing: the ledger takes the first answer.
"""

import atexit
import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Self

import msgspec

from autograder.course.grading import grade_path
from autograder.course.handin import readable
from autograder.course.pins import Pins, differences, pins_of
from autograder.course.pool import Outcome
from autograder.course.scratch import new_folder, remove_folder
from autograder.course.task import Task
from autograder.engine.grader import Grader
from autograder.engine.sandbox import LEVELS, level_of
from autograder.engine.submission import Submission
from autograder.engine.tree import listed, read
from autograder.errors import EnvironmentUnusable, SubmissionUnusable
from autograder.manifest import find_homework
from autograder.members import ARCHIVE_LIMIT, Leftovers

__all__ = ["Cluster", "Parcel", "grade_parcel"]

AHEAD = 2  # tasks a thread that are under way at once: none idles, and memory stays small
TICK_S = 0.5
CONNECT_S = 20
ASK_S = 300  # until a worker has loaded what it grades with
GRACE_S = 60.0  # without any worker: they may be starting again
ATTEMPTS = 2
ROOT = Path(__file__).resolve().parents[2]


class Parcel(msgspec.Struct, frozen=True):
    """A hand-in on its way to another machine: its name, its files, whether it is a folder, and what grades it.

    `people` are those of its Task.
    """

    name: str
    files: dict[str, bytes]
    folder: bool
    homework: str
    parts: tuple[str, ...]
    people: tuple[str, ...] = ()


@dataclass
class Sent:
    """A hand-in that is under way: to which workers, how often by now, and until when."""

    key: str
    parcel: bytes
    workers: frozenset[str]
    until: float
    attempts: int


class Cluster:
    """The workers of a dask scheduler; used in the place of a pool. Close it when done.

    A task may take `limit_s` seconds of a worker; `say` hears of workers that join later and are not used. Raises
    EnvironmentUnusable where dask is not installed, no scheduler answers, or a worker would grade otherwise.
    """

    def __init__(
        self,
        address: str,
        pins: Pins,
        limit_s: float,
        *,
        least: str = "strict",
        say: Callable[[str], None] = lambda _: None,
        call: Callable[[bytes], bytes] | None = None,
        ask: Callable[[str, tuple[str, ...]], dict[str, Any]] | None = None,
        connect: Callable[[str], Any] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.pins, self._least, self._limit_s = pins, least, limit_s
        self._call, self._ask, self._say, self._now = call or grade_parcel, ask or pins_here, say, now
        self._alike: set[str] = set()
        self._refused: set[str] = set()
        self._asked: dict[Any, str] = {}
        self._client: Any = (connect or _connected)(address)
        self.folder = new_folder("cluster")
        try:
            self._require_alike()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets the scheduler go; what is under way there is given up."""
        with contextlib.suppress(Exception):
            self._client.close(timeout=5)
        remove_folder(self.folder)

    def run(self, tasks: Iterable[tuple[str, bytes]], tick: Callable[[], None] = lambda: None) -> Iterator[Outcome]:
        """What comes of each task, as of a pool's. Raises EnvironmentUnusable when no worker is left."""
        source, more = iter(tasks), True
        waiting: dict[Any, Sent] = {}
        done: SimpleQueue[Any] = SimpleQueue()
        alive = self._now()
        while waiting or more:
            threads = self._admit()
            alive = self._now() if threads else alive
            if self._now() - alive > GRACE_S:
                raise EnvironmentUnusable("no worker is left: start some, and the same command goes on from here")
            while more and len(waiting) < threads * AHEAD:
                drawn = next(source, None)
                more = drawn is not None
                if drawn is None:
                    break
                try:
                    parcel = self._parcel(drawn[1])
                except (SubmissionUnusable, OSError) as error:
                    yield Outcome(drawn[0], None, f"{drawn[0]} cannot be sent to a worker: {error}", 1, 0.0)
                    continue
                self._send(Sent(drawn[0], parcel, frozenset(), 0.0, 0), waiting, done)
            with contextlib.suppress(Empty):
                future = done.get(timeout=TICK_S if waiting or not threads else 0)
                sent = waiting.pop(future, None)  # None: it was taken back
                if sent is not None and (outcome := self._answered(sent, future, waiting, done)) is not None:
                    yield outcome
            lost = [future for future, sent in waiting.items() if self._is_lost(future, sent)] if threads else []
            for future in lost:
                if (outcome := self._taken_back(future, waiting, done)) is not None:
                    yield outcome
            tick()

    def _send(self, sent: Sent, waiting: dict[Any, Sent], done: "SimpleQueue[Any]") -> None:
        """Hands a task to the workers that were found alike, and to no others."""
        sent.workers, sent.attempts = frozenset(self._alike), sent.attempts + 1
        sent.until = self._now() + (AHEAD + 1) * self._limit_s  # others are before it
        future = self._client.submit(self._call, sent.parcel, pure=False, workers=sorted(sent.workers))
        waiting[future] = sent
        future.add_done_callback(done.put)

    def _answered(self, sent: Sent, future: Any, waiting: dict[Any, Sent], done: "SimpleQueue[Any]") -> Outcome | None:
        """The outcome of a task that is done; None where it is tried again."""
        if future.status == "finished":
            return Outcome(sent.key, future.result(), "", sent.attempts, 0.0)
        error = None if future.status == "cancelled" else future.exception()
        fault = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}" if error else "the scheduler dropped it"
        return self._again(sent, fault, waiting, done)

    def _taken_back(self, future: Any, waiting: dict[Any, Sent], done: "SimpleQueue[Any]") -> Outcome | None:
        """Takes back a task that is not done in time or whose workers are gone; who sits on it gets no more."""
        sent = waiting.pop(future)
        fault = "its worker was lost"
        if sent.workers & self._alike:
            fault = f"it was not done after {(AHEAD + 1) * self._limit_s:.0f} s"
            for worker, keys in self._client.processing().items():
                if future.key in keys and worker in self._alike:
                    self._refuse(worker, f"the worker {worker} does not come to an end: it gets nothing more")
        future.cancel()
        return self._again(sent, fault, waiting, done)

    def _again(self, sent: Sent, fault: str, waiting: dict[Any, Sent], done: "SimpleQueue[Any]") -> Outcome | None:
        if sent.attempts < ATTEMPTS and self._alike:
            self._send(sent, waiting, done)
            return None
        return Outcome(sent.key, None, f"{fault}; it was tried {sent.attempts} times", sent.attempts, 0.0)

    def _is_lost(self, future: Any, sent: Sent) -> bool:
        return not future.done() and (self._now() > sent.until or not sent.workers & self._alike)

    def _parcel(self, data: bytes) -> bytes:
        """The packed parcel of a packed task. Raises SubmissionUnusable, and OSError, where it cannot be read."""
        task = msgspec.msgpack.decode(data, type=Task)
        path = task.place
        folder = path.is_dir()
        names = [name for name, _ in listed(path, Leftovers())] if folder else [path.name]
        home = path if folder else path.parent
        files = {readable(name): read(home / name, ARCHIVE_LIMIT + 1) for name in names}
        parcel = Parcel(readable(path.name), files, folder, self.pins.homework, self.pins.parts, task.people)
        return msgspec.msgpack.encode(parcel)

    # --- who may grade -----------------------------------------------------------------------------------------------

    def _require_alike(self) -> None:
        """Raises EnvironmentUnusable unless every worker would find the same verdicts, behind walls as high."""
        self._ask_all(self._client.nthreads())
        if not self._asked:
            raise EnvironmentUnusable("the dask scheduler has no workers; start some: dask worker ADDRESS")
        until = self._now() + ASK_S
        for future, worker in list(self._asked.items()):
            with contextlib.suppress(Exception):  # what went wrong is asked for below
                future.result(timeout=max(0.0, until - self._now()))
            if why := self._why_not(worker, future):
                raise EnvironmentUnusable(why)
            self._alike.add(worker)
            del self._asked[future]

    def _admit(self) -> int:
        """How many threads may grade by now: workers that join are asked as the first ones were, none is believed."""
        threads = self._client.nthreads()
        self._alike &= threads.keys()
        self._refused &= threads.keys()  # who comes back at an address is asked anew
        known = self._alike | self._refused | set(self._asked.values())
        self._ask_all(worker for worker in threads if worker not in known)
        for future, worker in list(self._asked.items()):
            if future.done() or worker not in threads:
                del self._asked[future]
                why = self._why_not(worker, future) if worker in threads else ""
                if why:
                    self._refuse(worker, f"{why}. It gets nothing")
                elif worker in threads:
                    self._alike.add(worker)
        return sum(threads[worker] for worker in self._alike)

    def _refuse(self, worker: str, why: str) -> None:
        self._alike.discard(worker)
        self._refused.add(worker)
        self._say(why)

    def _ask_all(self, workers: Iterable[str]) -> None:
        for worker in workers:
            question = (self._ask, self.pins.homework, self.pins.parts)
            self._asked[self._client.submit(*question, pure=False, workers=[worker])] = worker

    def _why_not(self, worker: str, future: Any) -> str:
        """Why this worker must not grade; "" where it would find the same verdicts."""
        if future.status != "finished":
            error = future.exception() if future.status == "error" else f"it does not answer within {ASK_S} s"
            return f"the worker {worker} cannot grade: {error}"
        found = dict(future.result())
        level = str(found.pop("level", ""))
        if level not in LEVELS[LEVELS.index(self._least) :]:
            return f"the worker {worker} shuts submissions in only at level {level}, not {self._least}"
        other = differences(self.pins, msgspec.convert(found, Pins))
        if not other:
            return ""
        return (
            f"the worker {worker} has another {' and another '.join(other)} than this machine: its verdicts could "
            "differ. Bring it to the same commit and environment (./setup.sh), then start it again"
        )


def _connected(address: str) -> Any:
    """A client of the scheduler at this address; raises EnvironmentUnusable."""
    try:
        from distributed import Client
    except ImportError:
        raise EnvironmentUnusable("--dask needs dask.distributed, which `./setup.sh --dev` brings") from None
    try:
        return Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise EnvironmentUnusable(f"no dask scheduler answers at {address}: {error}") from None


def pins_here(homework: str, parts: tuple[str, ...]) -> dict[str, Any]:
    """The pins of this process' grader and its `level` of isolation, as plain data; runs on a worker."""
    with _turn():
        grader = _grader(homework, tuple(parts))
        found: dict[str, Any] = msgspec.to_builtins(pins_of(grader))
        return found | {"level": level_of(grader.zygote(Submission("", {})).layers)}


def grade_parcel(data: bytes) -> bytes:
    """Grades a packed Parcel; runs on a worker, one at a time in a process."""
    parcel = msgspec.msgpack.decode(data, type=Parcel)
    with _turn():
        folder = new_folder("parcel")
        try:
            home = folder / parcel.name if parcel.folder else folder
            home.mkdir(exist_ok=True)
            for path, content in parcel.files.items():
                (home / path).parent.mkdir(parents=True, exist_ok=True)
                (home / path).write_bytes(content)
            grader = _grader(parcel.homework, parcel.parts)
            return msgspec.msgpack.encode(grade_path(grader, folder / parcel.name, parcel.people))
        finally:
            remove_folder(folder)


@cache
def _turn() -> threading.Lock:
    return threading.Lock()


@cache
def _grader(homework: str, parts: tuple[str, ...]) -> Grader:
    grader = Grader(find_homework(ROOT, homework), parts=parts)
    atexit.register(grader.close)
    return grader
