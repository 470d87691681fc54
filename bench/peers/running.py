"""Commands of the tools that are compared: how long they take, one alone, two at a time, or until patience ends."""

import os
import resource
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

from autograder.engine.threads import ONE_THREAD
from bench.measure import Spent, below

__all__ = ["Command", "Lost", "Tool", "activated", "environ", "many", "once", "patiently"]

AT_ONCE = 2
Lost = frozenset[str] | None  # the checks that a submission lost; None: no results are left


class Command(NamedTuple):
    """What is started, and where."""

    words: tuple[str, ...]
    folder: Path
    also: Mapping[str, str] = {}  # of the environment


class Tool(Protocol):
    """An autograder that has been given the homework. Students are names; what they hand in is file name -> text."""

    name: str
    version: str

    def hand_in(self, student: str, files: Mapping[str, str]) -> None:
        """Lays out what a student hands in, so that it can be graded."""

    def alone(self, student: str) -> Command:
        """The command that grades one hand-in, as the tool's documentation starts it for one."""

    def all_of(self, students: Sequence[str]) -> list[Command]:
        """Commands that grade these hand-ins when they run two at a time, in the way that is fastest for the tool."""

    def lost_alone(self, student: str) -> Lost:
        """What the results of the last `alone` say."""

    def lost(self, students: Sequence[str]) -> dict[str, Lost]:
        """What the results of the last `all_of` say."""


def environ(home: Path) -> dict[str, str]:
    """The environment that every tool gets; numpy and torch on one thread each, as two submissions share two cores."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", **ONE_THREAD}


def activated(python: Path) -> dict[str, str]:
    """What activating this interpreter's environment changes; nbgrader, for one, starts programs by name."""
    return {"PATH": f"{python.parent}:{os.environ['PATH']}"}


def once(command: Command, home: Path) -> Spent:
    """What a command takes, with all that it starts; its exit status is the tool's own matter."""
    before, started = _children_s(), time.perf_counter()
    _run(command, home)
    return Spent(_children_s() - before, time.perf_counter() - started)


def many(commands: Sequence[Command], home: Path) -> Spent:
    """What these commands take together, two at a time."""
    before, started = _children_s(), time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda command: _run(command, home), commands))
    return Spent(_children_s() - before, time.perf_counter() - started)


def patiently(command: Command, home: Path, seconds: float) -> bool:
    """Whether the command ends by itself in so many seconds; after that it is ended with all that it started."""
    with subprocess.Popen(command.words, **_how(command, home)) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            for pid in (process.pid, *_all_below(process.pid)):  # a notebook's kernel has a session of its own
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return False
    return True


def _all_below(pid: int) -> list[int]:
    """The processes that this one started, and those that they did."""
    children = below(pid)
    return [*children, *(other for child in children for other in _all_below(child))]


def _run(command: Command, home: Path) -> None:
    subprocess.run(command.words, **_how(command, home), check=False)


def _how(command: Command, home: Path) -> dict[str, object]:
    nowhere = subprocess.DEVNULL
    env = environ(home) | dict(command.also)
    return {"cwd": command.folder, "env": env, "stdin": nowhere, "stdout": nowhere, "stderr": nowhere}


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
