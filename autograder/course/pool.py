"""A pool of forked processes under supervision: bytes in, bytes out; whoever dies is replaced, and the work goes on.

Each child is a fork of the process as it stands when it is needed, libraries and banks warm, and takes one task at a
time. A task whose child dies, or stays silent too long, is given to a second child; when that one goes too, the task
comes back as a fault. Children die with their supervisor, and what they left in the file system goes with them.
"""

import contextlib
import ctypes
import gc
import os
import selectors
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, NoReturn, Self

from autograder.course.scratch import new_folder, remove_folder

__all__ = ["Outcome", "Pool", "Serve", "Start"]

ATTEMPTS = 2
RENEW = 100  # tasks that one child takes: what a library leaks is gone with it
TICK_S = 0.25
END_S = 10.0
DONE, FAILED = b"+", b"-"
PR_SET_PDEATHSIG = 1

Serve = Callable[[bytes], bytes]
Start = Callable[[Path], AbstractContextManager[Serve]]


class Outcome(NamedTuple):
    """What came of a task: `data` is what the child answered, None with a `fault`; how often it was tried."""

    key: str
    data: bytes | None
    fault: str
    attempts: int
    seconds: float


@dataclass
class Task:
    """A task on its way."""

    key: str
    data: bytes
    attempts: int = 0
    fault: str = ""


@dataclass
class Child:
    """A forked process, the socket to it, and what it is at."""

    pid: int
    connection: socket.socket
    scratch: Path
    task: Task | None = None
    until: float = 0.0
    since: float = 0.0
    taken: int = 0
    received: bytearray = field(default_factory=bytearray)


class Pool:
    """`jobs` children; `start` is called in each with a folder of its own and gives what answers tasks there.

    A task may take `limit_s` seconds. Close it when done.
    """

    def __init__(self, start: Start, jobs: int, limit_s: float, *, renew: int = RENEW) -> None:
        self._start, self._jobs, self._limit_s, self._renew = start, jobs, limit_s, renew
        self._children: list[Child] = []
        self.folder = new_folder("pool")
        os.chmod(self.folder, 0o711)  # noqa: S103 - workers, other users, pass through it to their own folders

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(at_once=kind is not None)

    @property
    def pids(self) -> list[int]:
        """The processes of the children that live."""
        return [child.pid for child in self._children]

    def close(self, *, at_once: bool = False) -> None:
        """Ends every child, politely unless `at_once`, and removes their folders."""
        for child in self._children:
            child.connection.close()
        deadline = time.monotonic() + (0.0 if at_once else END_S)
        for child in self._children:
            _reap(child.pid, deadline)
        self._children.clear()
        remove_folder(self.folder)

    def run(self, tasks: Iterable[tuple[str, bytes]], tick: Callable[[], None] = lambda: None) -> Iterator[Outcome]:
        """What comes of each task, in the order in which they are done; tasks are drawn as children become free.

        `tick` is called several times a second. One call at a time.
        """
        waiting: list[Task] = []
        source = iter(tasks)
        with selectors.DefaultSelector() as selector:
            while True:
                self._hand_out(selector, waiting, source)
                busy = [child for child in self._children if child.task is not None]
                if not busy and not waiting:
                    return
                for key, _ in selector.select(TICK_S):
                    if (outcome := self._answered(selector, key.data, waiting)) is not None:
                        yield outcome
                for child in busy:
                    if child.task is not None and time.monotonic() > child.until:
                        os.kill(child.pid, signal.SIGKILL)
                        child.until += END_S
                        child.task.fault = f"it was not done after {self._limit_s:.0f} s"
                tick()

    def _hand_out(
        self, selector: selectors.BaseSelector, waiting: list[Task], source: Iterator[tuple[str, bytes]]
    ) -> None:
        """Gives every free child a task, and forks children as long as there are fewer than may be."""
        while True:
            free = next((child for child in self._children if child.task is None), None)
            if free is None and len(self._children) >= self._jobs:
                return
            task = waiting.pop(0) if waiting else None
            if task is None:
                drawn = next(source, None)
                if drawn is None:
                    return
                task = Task(*drawn)
            if free is not None and free.taken >= self._renew:
                selector.unregister(free.connection)
                self._dismiss(free)
                free = None
            if free is None:
                free = self._fork()
                selector.register(free.connection, selectors.EVENT_READ, free)
            elif free.connection not in selector.get_map():
                selector.register(free.connection, selectors.EVENT_READ, free)
            self._give(free, task)

    def _give(self, child: Child, task: Task) -> None:
        task.attempts += 1
        child.task, child.taken = task, child.taken + 1
        child.since = time.monotonic()
        child.until = child.since + self._limit_s
        with contextlib.suppress(OSError):  # a child that is dead already is noticed like any other
            child.connection.sendall(len(task.data).to_bytes(8, "big") + task.data)

    def _answered(self, selector: selectors.BaseSelector, child: Child, waiting: list[Task]) -> Outcome | None:
        """Takes in what a child sent; its task's outcome when that is all of it, or when it will not come."""
        try:
            got = child.connection.recv(1 << 20)
        except OSError:
            got = b""
        child.received += got
        seconds = time.monotonic() - child.since
        if not got:
            selector.unregister(child.connection)
            self._children.remove(child)
            how = self._buried(child)
            return None if child.task is None else self._again(child.task, child.task.fault or how, seconds, waiting)
        if len(child.received) < 9 or len(child.received) < 9 + int.from_bytes(child.received[:8], "big"):
            return None
        task, kind, data = child.task, bytes(child.received[8:9]), bytes(child.received[9:])
        child.received.clear()
        child.task = None
        if task is None:
            return None
        if kind == DONE:
            return Outcome(task.key, data, "", task.attempts, seconds)
        child.taken = self._renew  # whatever went wrong, the next task meets a fresh process
        return self._again(task, data.decode("utf-8", "replace"), seconds, waiting)

    def _again(self, task: Task, fault: str, seconds: float, waiting: list[Task]) -> Outcome | None:
        """Puts a task back in front, or gives it up."""
        if task.attempts < ATTEMPTS:
            task.fault = ""
            waiting.insert(0, task)
            return None
        return Outcome(task.key, None, f"{fault}; it was tried {task.attempts} times", task.attempts, seconds)

    def _fork(self) -> Child:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        scratch = Path(tempfile.mkdtemp(dir=self.folder))
        os.chmod(scratch, 0o711)  # noqa: S103 - as the folder above it
        if not gc.get_freeze_count():
            gc.collect()
            gc.freeze()  # what is warm stays shared
        parent = os.getpid()
        pid = os.fork()
        if not pid:
            _serve(self._start, theirs, [ours, *(child.connection for child in self._children)], scratch, parent)
        theirs.close()
        child = Child(pid, ours, scratch)
        self._children.append(child)
        return child

    def _dismiss(self, child: Child) -> None:
        """Lets a child end by itself."""
        self._children.remove(child)
        self._buried(child)

    def _buried(self, child: Child) -> str:
        """How a child ended, which is gone after this with its folder."""
        child.connection.close()
        status = _reap(child.pid, time.monotonic() + END_S)
        remove_folder(child.scratch)
        code = os.waitstatus_to_exitcode(status)
        return (
            f"the grading process was ended by signal {-code}" if code < 0 else f"the grading process ended with {code}"
        )


def _serve(
    start: Start, connection: socket.socket, others: list[socket.socket], scratch: Path, parent: int
) -> NoReturn:
    """The life of a child: it answers tasks until its supervisor is gone."""
    try:
        os.setsid()  # Ctrl-C is for the supervisor
        _die_with(parent)
        for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(
                signal_number, signal.default_int_handler if signal_number == signal.SIGINT else signal.SIG_DFL
            )
        for other in others:
            other.close()
        tempfile.tempdir = str(scratch)
        with start(scratch) as serve, connection.makefile("rb") as stream:
            while len(head := stream.read(8)) == 8:
                data = stream.read(int.from_bytes(head, "big"))
                try:
                    kind, answer = DONE, serve(data)
                except Exception as error:  # noqa: BLE001 - the supervisor decides what comes of it
                    kind, answer = FAILED, f"{type(error).__name__}: {error}"[:2000].encode("utf-8", "replace")
                connection.sendall(len(answer).to_bytes(8, "big") + kind + answer)
        os._exit(0)
    except BaseException as error:  # noqa: BLE001 - a child never runs on into its supervisor's code
        with contextlib.suppress(Exception):
            if not isinstance(error, ConnectionError):  # the supervisor is gone
                os.write(2, f"gradelbo: a grading process ended: {error!r}\n".encode("utf-8", "replace"))
    finally:
        os._exit(1)


def _die_with(parent: int) -> None:
    """Has the kernel end this process when its supervisor ends, however that happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _reap(pid: int, deadline: float) -> int:
    """The status of a child that ends by the deadline, or is killed then."""
    while time.monotonic() < deadline:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return status
        time.sleep(0.01)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]
