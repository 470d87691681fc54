"""An exception of the student's code as plain data, whatever the exception tries."""

import errno
import re
import traceback
from types import FrameType, TracebackType
from typing import Any

from autograder.worker.guard import ForbiddenImport
from autograder.worker.versions import changed_in_a_library

__all__ = ["STARTS", "describe"]

STARTS: dict[str, int] = {}  # a notebook's cell, "gmm.ipynb[3]" -> the lines that all cells before it have together
CELL = re.compile(r"(?i)([^/].*\.ipynb)\[(\d+)\]")
TEXT_LIMIT = 1000
CHAIN_LIMIT, FRAME_LIMIT = 8, 1000

# What the walls refuse by design: the key the grader has a sentence for, and the modules the refusal came through.
# The first that fits counts: torch.compile and DataLoader end in subprocess and multiprocessing.
REFUSED = (
    ("dataloader", ("torch.utils.data",)),
    ("compile", ("torch._inductor", "torch._dynamo")),
    ("multiprocessing", ("multiprocessing", "concurrent.futures.process", "torch.multiprocessing", "joblib")),
    ("subprocess", ("subprocess",)),
    ("network", ("socket",)),
)
REFUSALS = (errno.EPERM, errno.EACCES, errno.EAGAIN, errno.ENOSYS)
STARTERS = frozenset(
    ("fork", "forkpty", "posix_spawn", "posix_spawnp", "execl", "execle", "execlp", "execv", "execve", "execvp")
)
NO_GPU = re.compile(r"\bCUDA\b|NVIDIA|with support for (cuda|mps)")
NO_THREAD = "can't start new thread"


def describe(error: BaseException, *, at_import: bool = False) -> dict[str, Any]:
    """The reply for an exception: verdict, classes' names, a bounded text, the student's own line, what was refused."""
    refusal = _refusal(error)
    kinds = [str(kind.__name__)[:80] for kind in type(error).__mro__ if kind not in (object, BaseException)][:10]
    return {
        "verdict": _verdict(error, at_import),
        "kinds": kinds,
        "text": ": ".join(part for part in (kinds[0] if kinds else "exception", _text(error)) if part),
        "where": "" if at_import and refusal else _where(error),
        "refusal": refusal,
    }


def _verdict(error: BaseException, at_import: bool) -> str:
    if isinstance(error, ForbiddenImport):
        return "forbidden"
    if isinstance(error, NotImplementedError) and not at_import:
        return "missing"
    if type(error) is LookupError and _raised_in(error) == "<adapter>":
        return "missing"
    return "memory" if isinstance(error, MemoryError) else "raised"


def _raised_in(error: BaseException) -> str:
    frames = _frames(error.__traceback__)
    return frames[-1].f_code.co_filename if frames else ""


def _text(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        line = f" line {error.lineno}" if error.lineno else ""
        code = f": {error.text.strip()[:200]}" if isinstance(error.text, str) else ""
        return f"{error.msg} ({error.filename}{line}{code})"[:TEXT_LIMIT]
    try:
        text = str(error)
    except BaseException:  # an exception whose __str__ raises still gets a reply
        text = "(its text cannot be printed)"
    if told := changed_in_a_library(error, text):
        return told
    return text[:TEXT_LIMIT] + ("…" if len(text) > TEXT_LIMIT else "")


def _where(error: BaseException) -> str:
    """The innermost line of the student's own files: "line 12 of gmm.py, in run_em", "cell 3, line 2 of gmm.ipynb"."""
    try:
        found = [(frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__)]
        places = [_place(code.co_filename, line or 0, code.co_name) for code, line in found]
    except BaseException:  # a forged traceback
        return ""
    return next((place[:200] for place in reversed(places) if place), "")


def _place(filename: str, line: int, function: str) -> str:
    """A line of a student's file as words; "" for any other file."""
    inside = "" if function == "<module>" else f", in {function}"
    if cell := CELL.fullmatch(filename):
        return f"cell {cell[2]}, line {line - STARTS.get(filename, 0)} of {cell[1]}{inside}"
    return f"line {line} of {filename}, in {function}" if filename.endswith(".py") and filename[0] != "/" else ""


def _refusal(error: BaseException) -> str:
    """Which of the things that the walls refuse this exception, or one that it came from, is about; "" for none."""
    try:
        for link in _chain(error):
            if found := _refused_call(link) if isinstance(link, OSError) else _refused_thing(link):
                return found
    except BaseException:  # attributes that fight being looked at
        return ""
    return ""


def _refused_call(error: OSError) -> str:
    if error.errno not in REFUSALS and type(error).__name__ != "gaierror":
        return ""
    frames = _frames(error.__traceback__)
    modules = {str(frame.f_globals.get("__name__")) for frame in frames}
    for key, packages in REFUSED:
        if any(name == package or name.startswith(package + ".") for name in modules for package in packages):
            return key
    return "subprocess" if frames and not STARTERS.isdisjoint(frames[-1].f_code.co_names) else ""


def _refused_thing(error: BaseException) -> str:
    if not isinstance(error, RuntimeError | AssertionError):
        return ""
    text = _text(error)
    return "threads" if NO_THREAD in text else "gpu" if NO_GPU.search(text) else ""


def _chain(error: BaseException | None) -> list[BaseException]:
    """The exception and what it was raised from, at most a few."""
    links: list[BaseException] = []
    while error is not None and len(links) < CHAIN_LIMIT:
        links.append(error)
        error = error.__cause__ or error.__context__
    return links


def _frames(trace: TracebackType | None) -> list[FrameType]:
    frames: list[FrameType] = []
    while trace is not None and len(frames) < FRAME_LIMIT:
        frames.append(trace.tb_frame)
        trace = trace.tb_next
    return frames
