"""What lies in a folder that was handed in: listed within bounds, read without following or waiting for anything."""

import os
import stat
from collections import deque
from itertools import islice
from pathlib import Path

from autograder.errors import SubmissionUnusable
from autograder.members import DEPTH_LIMIT, ENVIRONMENTS, JUNK_FOLDERS, LISTED_LIMIT, Leftovers

__all__ = ["listed", "read"]


def listed(root: Path, left: Leftovers) -> list[tuple[str, int]]:
    """The regular files below a folder as (path, size), shallow ones first; the rest goes to `left`.

    Raises SubmissionUnusable where the folder cannot be read or holds more entries than are looked at.
    """
    found: list[tuple[str, int]] = []
    folders = deque([("", 0)])
    seen = 0
    while folders:
        inner, depth = folders.popleft()
        try:
            with os.scandir(root / inner) as scan:
                entries = sorted(islice(scan, LISTED_LIMIT + 1 - seen), key=lambda entry: entry.name)
        except OSError as error:
            if not inner:
                raise SubmissionUnusable(f"{root.name} cannot be read: {error.strerror}") from None
            left.add("unread", inner)
            continue
        seen += len(entries)
        if seen > LISTED_LIMIT:
            raise SubmissionUnusable(
                f"more than {LISTED_LIMIT} files and folders were handed in; hand in only the homework's own files"
            )
        for entry in entries:
            name = f"{inner}/{entry.name}" if inner else entry.name
            mode, size = _look(entry)
            if stat.S_ISREG(mode):
                found.append((name, size))
            elif not stat.S_ISDIR(mode):
                left.add("link", name)
            elif _is_students(root / name):
                if depth < DEPTH_LIMIT:
                    folders.append((name, depth + 1))
                else:
                    left.add("deep", name)
    return found


def read(path: Path, most: int) -> bytes:
    """At most `most` bytes of a regular file; raises OSError where a link or a device has taken its place."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as f:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a regular file")
        return f.read(most)


def _look(entry: "os.DirEntry[str]") -> tuple[int, int]:
    """Mode and size of an entry itself; (0, 0) where it is gone."""
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return 0, 0
    return found.st_mode, found.st_size


def _is_students(folder: Path) -> bool:
    """Whether a folder can hold what a student wrote: no cache, no installed Python."""
    return folder.name not in JUNK_FOLDERS and not any(os.path.lexists(folder / name) for name in ENVIRONMENTS)
