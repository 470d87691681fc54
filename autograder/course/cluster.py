"""The same grading on many machines, by dask.distributed (an optional extra): hand-ins go out, verdicts come back.

Every worker is asked for its pins before it gets anything; one that would find other verdicts is refused. A task may
run twice when a machine is lost, which changes nothing: the ledger takes the first answer.
"""

import atexit
import contextlib
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
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
from autograder.course.task import Task
from autograder.engine.grader import Grader
from autograder.engine.sandbox import LEVELS, level_of
from autograder.engine.submission import Submission
from autograder.engine.tree import listed, read
from autograder.errors import EnvironmentUnusable
from autograder.manifest import find_homework
from autograder.members import ARCHIVE_LIMIT, Leftovers

__all__ = ["Cluster", "Parcel", "grade_parcel"]

AHEAD = 2  # tasks a thread that are under way at once: none idles, and memory stays small
TICK_S = 0.5
CONNECT_S = 20
ROOT = Path(__file__).resolve().parents[2]


class Parcel(msgspec.Struct, frozen=True):
    """A hand-in on its way to another machine: its name, its files, whether it is a folder, and what grades it."""

    name: str
    files: dict[str, bytes]
    folder: bool
    homework: str
    parts: tuple[str, ...]


class Cluster:
    """The workers of a dask scheduler; used in the place of a pool. Close it when done.

    Raises EnvironmentUnusable where dask is not installed, no scheduler answers, or a worker would grade otherwise.
    """

    def __init__(
        self,
        address: str,
        pins: Pins,
        *,
        least: str = "strict",
        call: Callable[[bytes], bytes] | None = None,
        ask: Callable[[str, tuple[str, ...]], dict[str, Any]] | None = None,
    ) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise EnvironmentUnusable("--dask needs dask.distributed, which `./setup.sh --dev` brings") from None
        self.pins, self._call = pins, call or grade_parcel
        try:
            self._client: Any = Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as error:
            raise EnvironmentUnusable(f"no dask scheduler answers at {address}: {error}") from None
        self.folder = Path(tempfile.mkdtemp(prefix="gradelbo-cluster-"))
        try:
            self._require_alike(ask or pins_here, least)
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
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, tasks: Iterable[tuple[str, bytes]], tick: Callable[[], None] = lambda: None) -> Iterator[Outcome]:
        """What comes of each task, as of a pool's."""
        source = iter(tasks)
        waiting: dict[Any, str] = {}
        done: SimpleQueue[Any] = SimpleQueue()
        while True:
            room = AHEAD * max(1, sum(self._client.nthreads().values()))
            while len(waiting) < room and (drawn := next(source, None)) is not None:
                key, data = drawn
                parcel = msgspec.msgpack.encode(self._parcel(data))
                future = self._client.submit(self._call, parcel, pure=False, retries=1)
                waiting[future] = key
                future.add_done_callback(done.put)
            if not waiting:
                return
            with contextlib.suppress(Empty):
                future = done.get(timeout=TICK_S)
                yield _outcome(waiting.pop(future), future)
            tick()

    def _parcel(self, data: bytes) -> Parcel:
        path = msgspec.msgpack.decode(data, type=Task).place
        folder = path.is_dir()
        names = [name for name, _ in listed(path, Leftovers())] if folder else [path.name]
        home = path if folder else path.parent
        files = {readable(name): read(home / name, ARCHIVE_LIMIT + 1) for name in names}
        return Parcel(readable(path.name), files, folder, self.pins.homework, self.pins.parts)

    def _require_alike(self, ask: Callable[[str, tuple[str, ...]], dict[str, Any]], least: str) -> None:
        """Raises EnvironmentUnusable unless every worker would find the same verdicts, behind walls as high."""
        theirs = self._client.run(ask, self.pins.homework, self.pins.parts, on_error="return")
        if not theirs:
            raise EnvironmentUnusable("the dask scheduler has no workers; start some: dask worker ADDRESS")
        for worker, found in theirs.items():
            if not isinstance(found, dict):
                raise EnvironmentUnusable(f"the worker {worker} cannot grade: {found}")
            level = str(found.pop("level", ""))
            if level not in LEVELS[LEVELS.index(least) :]:
                raise EnvironmentUnusable(
                    f"the worker {worker} shuts submissions in only at level {level}, not {least}"
                )
            other = differences(self.pins, msgspec.convert(found, Pins))
            if other:
                raise EnvironmentUnusable(
                    f"the worker {worker} has another {' and another '.join(other)} than this machine: its verdicts "
                    "could differ. Bring it to the same commit and environment (./setup.sh), then start it again"
                )


def pins_here(homework: str, parts: tuple[str, ...]) -> dict[str, Any]:
    """The pins of this process' grader and its `level` of isolation, as plain data; runs on a worker."""
    with _turn():
        grader = _grader(homework, tuple(parts))
        found: dict[str, Any] = msgspec.to_builtins(pins_of(grader))
        return found | {"level": level_of(grader.zygote(Submission("", {})).layers)}


def grade_parcel(data: bytes) -> bytes:
    """Grades a packed Parcel; runs on a worker, one at a time in a process."""
    parcel = msgspec.msgpack.decode(data, type=Parcel)
    with _turn(), tempfile.TemporaryDirectory(prefix="gradelbo-parcel-") as name:
        home = Path(name) / parcel.name if parcel.folder else Path(name)
        home.mkdir(exist_ok=True)
        for path, content in parcel.files.items():
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            (home / path).write_bytes(content)
        return msgspec.msgpack.encode(grade_path(_grader(parcel.homework, parcel.parts), Path(name) / parcel.name))


@cache
def _turn() -> threading.Lock:
    return threading.Lock()


@cache
def _grader(homework: str, parts: tuple[str, ...]) -> Grader:
    grader = Grader(find_homework(ROOT, homework), parts=parts)
    atexit.register(grader.close)
    return grader


def _outcome(key: str, future: Any) -> Outcome:
    """What came of a task that is done; a worker that it killed again and again is told as any fault."""
    error = future.exception()
    if error is not None:
        return Outcome(key, None, f"{type(error).__name__}: {' '.join(str(error).split())[:300]}", 2, 0.0)
    return Outcome(key, future.result(), "", 1, 0.0)
