"""What a grading process is told, and whoever hands tasks out: a pool here, or a cluster."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

import msgspec

from autograder.course.pool import Outcome

__all__ = ["Runner", "Task"]


class Task(msgspec.Struct, frozen=True):
    """Where the hand-in lies on this machine."""

    path: str


class Runner(Protocol):
    """Takes packed tasks to where they are done; `folder` is a place for their files until then."""

    folder: Path

    def run(self, tasks: Iterable[tuple[str, bytes]], tick: Callable[[], None]) -> Iterator[Outcome]:
        """What comes of each task, in the order in which they are done."""
        ...
