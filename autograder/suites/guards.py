"""Refuses what would run or read the student's code in the grader's process, and has seeds reach the student's side.

Not a wall against the suite, which is trusted: it keeps a test written for one process from doing, in good faith, what
only makes sense there.
"""

import contextlib
import inspect
import os
import random
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from autograder.errors import CannotProxy, StudentFault
from autograder.suites.link import Link
from autograder.suites.places import asked_by_test, line_of_test, ours
from autograder.suites.proxies import far_of

__all__ = ["install"]

PROGRAMS = "the student's program runs only shut in: import its functions and call them"
TEXTS = "text that the student's code could have chosen would run in the grader"
REFUSED = {
    "subprocess.Popen": ("starts a program", PROGRAMS),
    "os.system": ("starts a program", PROGRAMS),
    "os.exec": ("starts a program", PROGRAMS),
    "os.posix_spawn": ("starts a program", PROGRAMS),
    "os.spawn": ("starts a program", PROGRAMS),
    "pty.spawn": ("starts a program", PROGRAMS),
    "pickle.find_class": ("unpickles", TEXTS),
    "marshal.loads": ("unpickles", TEXTS),
}
RUNS = {"exec": "exec or eval", "compile": "compile"}
HERE = str(Path(__file__).parents[1])
SOURCES = ("getsource", "getsourcelines", "getsourcefile", "getfile", "findsource", "getmodule")


def install(link: Link) -> None:
    """From here on, for the rest of this process."""
    sys.addaudithook(_look)
    for name in SOURCES:
        setattr(inspect, name, _unread(getattr(inspect, name)))
    _reach(random, "random", link)
    _reach(np.random, "numpy", link)
    if "torch" in sys.modules:
        _reach(sys.modules["torch"], "torch", link, "manual_seed")


def _look(event: str, args: tuple[Any, ...]) -> None:
    if event in RUNS:
        frame = sys._getframe(1)
        if ours(frame.f_code.co_filename) or frame.f_globals.get("__name__") == "runpy":
            if event == "compile" and frame.f_globals.get("__name__") == "runpy":
                return
            raise CannotProxy(f"{line_of_test()}: {RUNS[event]} is called; {TEXTS}; compare values instead")
    elif event in REFUSED and _by_test(sys._getframe(1)):
        what, why = REFUSED[event]
        raise CannotProxy(f"{line_of_test()}: the test {what}; {why}")


def _by_test(frame: FrameType | None) -> bool:
    """Whether the suite asked for it, and no library that it uses, nor ourselves."""
    while frame is not None:
        file = frame.f_code.co_filename
        if ours(file):
            return True
        if file.startswith((HERE + os.sep, "<frozen importlib")) or "site-packages" in file:
            return False
        frame = frame.f_back
    return False


def _unread(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def asked(value: Any, *args: Any, **kwargs: Any) -> Any:
        if far_of(value) is not None and asked_by_test(1):
            raise CannotProxy(
                f"{line_of_test()}: inspect.{function.__name__} is asked for the source of the student's code, "
                "which runs in another process; read the file that was handed in as text"
            )
        return function(value, *args, **kwargs)

    return asked


def _reach(module: Any, library: str, link: Link, name: str = "seed") -> None:
    """Has a seed that a test sets also set on the student's side."""
    function = getattr(module, name)

    @wraps(function)
    def seed(*args: Any, **kwargs: Any) -> Any:
        found = function(*args, **kwargs)
        if asked_by_test(1) and link.modules:
            given = [*args, *kwargs.values()]
            with contextlib.suppress(StudentFault):
                link.seed(library, given[0] if given else None)
        return found

    setattr(module, name, seed)
