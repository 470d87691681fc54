"""Members of a zip that was downloaded: read by name, from one open archive a process; damage becomes a sentence."""

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import IO

from autograder.engine.leftovers import printable
from autograder.errors import UsageError

__all__ = ["folder_names", "member", "member_sizes", "opened_member"]

AGAIN = "download the export again"
# what zipfile raises for damage, for a password, and for a method that it does not know
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError)


def member_sizes(path: Path) -> dict[str, int]:
    """The files in this archive by name, with their sizes unpacked. Raises UsageError where it is no zip."""
    return {info.filename: info.file_size for info in _archive(path).infolist() if not info.is_dir()}


def folder_names(path: Path) -> list[str]:
    """The folders that this archive names for themselves, empty ones too, each with its slash."""
    return [info.filename for info in _archive(path).infolist() if info.is_dir()]


def member(path: Path, name: str, most: int) -> bytes:
    """At most `most` bytes of a member. Raises UsageError where it is damaged."""
    with opened_member(path, name) as stream:
        return stream.read(most)


@contextmanager
def opened_member(path: Path, name: str) -> Iterator[IO[bytes]]:
    """A member as a stream; raises UsageError, also out of the block, where it turns out to be damaged."""
    try:
        with _archive(path).open(name) as stream:
            yield stream
    except BROKEN as error:
        raise UsageError(f"{printable(name)} in {path.name} is damaged: {error}; {AGAIN}") from None


def _archive(path: Path) -> zipfile.ZipFile:
    """The open archive; its list of members is read once a process, however many hand-ins are taken out of it."""
    try:
        found = path.stat()
        return _opened(path, (found.st_ino, found.st_size, found.st_mtime_ns), os.getpid())
    except BROKEN as error:
        raise UsageError(f"{path} cannot be read as a zip: {error}; {AGAIN}") from None


@lru_cache(maxsize=2)
def _opened(path: Path, stamp: tuple[int, int, int], process: int) -> zipfile.ZipFile:
    """An archive by what it is now, for this process alone: forks would share the place at which a file is read."""
    return zipfile.ZipFile(path)
