"""What a test puts in the place of input(), print() and the standard streams, which the student's code shall meet."""

import builtins
import io
import sys
from collections.abc import Callable
from typing import Any

__all__ = ["legible", "replaced", "replacement", "write"]

STDIN, INPUT, PRINT = sys.stdin, builtins.input, builtins.print


def replaced() -> list[str]:
    """Which of input() and print() the test has put something in the place of."""
    typed = builtins.input is not INPUT or (sys.stdin is not STDIN and isinstance(sys.stdin, io.StringIO))
    return ["input"] * typed + ["print"] * (builtins.print is not PRINT)


def replacement(name: str) -> Callable[..., Any]:
    """What the test has put in the place of one of them; raises KeyError where it has put nothing."""
    found: dict[str, Callable[..., Any]] = {"input": builtins.input, "print": builtins.print}
    return {there: found[there] for there in replaced()}[name]


def write(said: Any, closed: tuple[Any, ...]) -> None:
    """Writes what the student's code printed, [stdout, stderr], to where the test listens; not to `closed` streams."""
    if type(said) is not list or len(said) != 2:
        return
    for name, text in zip(("stdout", "stderr"), said, strict=True):
        stream = getattr(sys, name)
        if type(text) is str and text and not any(stream is other for other in closed):
            stream.write(legible(text))


def legible(text: str) -> str:
    """The text with what Unicode does not know, half a character, as its escape."""
    return text.encode("utf-8", "backslashreplace").decode()
