"""Has an archive opened in a jailed worker, and believes nothing of what comes back before it is checked again."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograder.engine.leftovers import printable, told_of
from autograder.engine.sandbox import Zygote
from autograder.engine.worker import Budget, text_of, texts
from autograder.errors import StudentError, SubmissionUnusable
from autograder.members import COUNT_LIMIT, LISTED_LIMIT, TOTAL_LIMIT, Leftovers, choose, kind_of

__all__ = ["OpenPacked", "Opened", "open_packed", "why_not"]

UNPACK_S = 8.0
BUDGET = Budget(UNPACK_S, UNPACK_S, memory_mb=1024, reply_mb=(TOTAL_LIMIT >> 20) + 8)

INSTEAD = "make a zip of only your own files and hand that in"
FAILED = {
    "encrypted": f"is protected with a password, so it cannot be opened; {INSTEAD}, without a password",
    "damaged": f"is damaged and cannot be opened; look whether it opens on your machine, or {INSTEAD}",
    "cut": f"ends in the middle, as after an upload that broke off; hand it in again, or {INSTEAD}",
    "method": f"is compressed in a way that is not read here; {INSTEAD}, with your system's own command",
    "no tar": f"is compressed but holds no tar archive; {INSTEAD}",
    "entries": f"holds more than {LISTED_LIMIT} entries; {INSTEAD}",
    "stream": f"unpacks to far more than a homework; {INSTEAD}",
    "memory": f"needs more memory to be opened than it may use; {INSTEAD}",
    "timeout": f"takes more than {UNPACK_S:.0f} s to be opened; {INSTEAD}",
    "crash": f"cannot be opened: the program that reads it crashed over it; {INSTEAD}",
    "7z": f"is a 7z archive, which is not read here; {INSTEAD}",
    "rar": f"is a RAR archive, which is not read here; {INSTEAD}",
    "none": f"is called an archive and is none; {INSTEAD}",
}


class Opened(NamedTuple):
    """What came out of an archive: contents by clean path, and what was left out."""

    files: dict[str, bytes]
    left: Leftovers


OpenPacked = Callable[[str, bytes], Opened]


def why_not(name: str, head: bytes) -> str:
    """Why what is called an archive, and begins with these bytes, is not even tried; "" when it is."""
    kind = kind_of(head)
    if kind in ("7z", "rar"):
        return f"{printable(name)} {FAILED[kind]}"
    return "" if kind or name.lower().endswith(".tar") else f"{printable(name)} {FAILED['none']}"


def open_packed(zygote: Zygote, name: str, data: bytes) -> Opened:
    """The files of an archive, read by a worker of this zygote that ends with it.

    Raises SubmissionUnusable, naming the archive, for what is wrong with it or what it does to the worker, and
    InternalFault for a fault of ours.
    """
    if refusal := why_not(name, data[:512]):
        raise SubmissionUnusable(refusal)
    worker = zygote.fork(BUDGET)
    try:
        answer = worker.unpack(data)
    except StudentError as error:
        key = error.verdict if error.verdict in ("timeout", "memory") else "crash"
        raise SubmissionUnusable(f"{printable(name)} {FAILED[key]}") from None
    finally:
        worker.close()
    if "failed" in answer:
        raise SubmissionUnusable(f"{printable(name)} {FAILED.get(text_of(answer['failed']), FAILED['damaged'])}")
    opened = _checked(answer)
    if opened is None:
        raise SubmissionUnusable(f"{printable(name)} {FAILED['crash']}")
    return opened


def _checked(answer: dict[str, Any]) -> Opened | None:
    """The answer as files, or None unless every path, size, count and sum is one that an honest worker could send."""
    joined, sizes, data = answer.get("paths"), answer.get("sizes"), answer.get("data")
    if type(joined) is not bytes or type(data) is not bytes or not isinstance(sizes, np.ndarray):
        return None
    if sizes.dtype != np.int64 or sizes.ndim != 1 or len(sizes) > COUNT_LIMIT or joined.count(b"\0") > COUNT_LIMIT:
        return None
    lengths = [int(size) for size in sizes]
    if any(size < 0 for size in lengths) or sum(lengths) != len(data):
        return None
    try:
        paths = joined.decode().split("\0") if joined else []
    except UnicodeDecodeError:
        return None
    if len(paths) != len(lengths):
        return None
    chosen = choose(list(zip(paths, lengths, strict=True)))
    if chosen.left.found or set(chosen.kept) != set(paths):
        return None
    files, start = {}, 0
    for path, size in zip(paths, lengths, strict=True):
        files[path] = data[start : start + size]
        start += size
    return Opened(files, _left(answer.get("left")))


def _left(told: Any) -> Leftovers:
    """The leftovers that a worker reports, as far as they have the form of some."""
    left = Leftovers()
    for reason, entry in told.items() if type(told) is dict else ():
        if told_of(reason) and type(entry) is list and len(entry) == 2 and type(entry[0]) is int:
            names = texts(entry[1], most=20, length=200)
            count = min(max(entry[0], len(names)), LISTED_LIMIT)
            for name in names:
                left.add(reason, name)
            left.add(reason, "", count - len(names))
    return left
