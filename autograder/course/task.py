"""What a grading process is told, and whoever hands tasks out: a pool here, or a cluster."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol, Self

import msgspec

from autograder.course.pool import Outcome

__all__ = ["Runner", "Task"]


class Task(msgspec.Struct, frozen=True):
    """Where the hand-in lies on this machine, as the bytes of a path: not every name is Unicode.

    `people` are the names of who hands in where its verdicts hang on them, else ().
    """

    path: bytes
    people: tuple[str, ...] = ()

    @classmethod
    def of(cls, place: Path, people: tuple[str, ...] = ()) -> Self:
        """The task of what lies at this path."""
        return cls(os.fsencode(place), people)

    @property
    def place(self) -> Path:
        """The path."""
        return Path(os.fsdecode(self.path))


class Runner(Protocol):
    """Takes packed tasks to where they are done; `folder` is a place for their files until then."""

    folder: Path

    def run(self, tasks: Iterable[tuple[str, bytes]], tick: Callable[[], None]) -> Iterator[Outcome]:
        """What comes of each task, in the order in which they are done."""
        ...
