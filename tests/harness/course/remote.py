"""What the tests of a cluster have its workers do: a pretended grader, on whatever machine it runs."""

import time

import msgspec

from autograder.course.cluster import Parcel
from autograder.engine.submission import Submission
from autograder.manifest import find_homework
from tests.harness.course.crash import TINY, graded_by

PAUSE_S = 0.05


def ask(homework: str, parts: tuple[str, ...]) -> dict[str, object]:
    """The pins of every test."""
    return {
        "homework": homework,
        "suite": "suite",
        "bank": "bank",
        "environment": "environment",
        "parts": list(parts),
        "level": "strict",
    }


def ask_older(homework: str, parts: tuple[str, ...]) -> dict[str, object]:
    """The pins of a machine with another bank."""
    return ask(homework, parts) | {"bank": "older"}


def ask_open(homework: str, parts: tuple[str, ...]) -> dict[str, object]:
    """A machine without walls."""
    return ask(homework, parts) | {"level": "process-only"}


def grade(data: bytes) -> bytes:
    """Verdicts by the digest of the files."""
    parcel = msgspec.msgpack.decode(data, type=Parcel)
    time.sleep(PAUSE_S)
    lot = int(Submission(parcel.name, parcel.files).digest[:8], 16)
    if lot % 9 == 0:
        raise ValueError("this one cannot be graded")
    return msgspec.msgpack.encode(graded_by(find_homework(TINY, "tiny-hw"), lot))
