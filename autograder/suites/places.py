"""Where in the instructor's files the grader's process stands: for sentences that name the line of a test."""

import ast
import dis
import functools
import os
import sys
from pathlib import Path
from types import FrameType

from autograder.errors import StudentFault

__all__ = [
    "FAULTS",
    "SUITE",
    "asked_by_test",
    "deferred",
    "fault",
    "frame_of_test",
    "from_import",
    "line_of_test",
    "ours",
]

FAULTS: list[str] = []  # of the test that is running
SUITE: list[str] = []  # the folders of the suite, set once by the runner


def fault(sentence: str) -> StudentFault:
    """The exception for a sentence, counted: a failure that a test expects must not be this one."""
    FAULTS.append(sentence)
    return StudentFault(sentence)


def ours(file: str) -> bool:
    """Whether a file is one of the suite's."""
    return any(file.startswith(folder + os.sep) for folder in SUITE)


def frame_of_test() -> FrameType | None:
    """The innermost frame of the suite's own code."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not ours(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def line_of_test(*, top: bool = False) -> str:
    """File and line of the test that is running; with `top` only when that is the top level of a file, else ""."""
    frame = frame_of_test()
    if frame is None:
        return "" if top else "the suite"
    if top and frame.f_code.co_name != "<module>":
        return ""
    file = frame.f_code.co_filename
    folder = max((folder for folder in SUITE if file.startswith(folder + os.sep)), key=len)
    base = os.path.commonpath([*SUITE, folder])
    return f"{os.path.relpath(file, base)}:{frame.f_lineno}"


def asked_by_test(above: int) -> bool:
    """Whether the frame `above` the caller's is the suite's own code, and not a library that it called."""
    return ours(sys._getframe(above + 1).f_code.co_filename)


def deferred(frame: FrameType) -> bool:
    """Whether what fails here is told by the tests that need it: the top level of a test file, in no `try`."""
    code = frame.f_code
    return ours(code.co_filename) and code.co_name == "<module>" and frame.f_lineno not in _tried(code.co_filename)


def from_import(frame: FrameType) -> bool:
    """Whether a frame is at a `from … import`."""
    return dis.opname[frame.f_code.co_code[frame.f_lasti]] == "IMPORT_FROM"


@functools.cache
def _tried(file: str) -> frozenset[int]:
    """The lines of a file that stand in a `try`."""
    try:
        tree = ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return frozenset()
    tries = [node for node in ast.walk(tree) if isinstance(node, ast.Try)]
    return frozenset(line for node in tries for line in range(node.lineno, (node.end_lineno or node.lineno) + 1))
