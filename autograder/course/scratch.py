"""Folders for files on their way to a grader, which outlive nobody: what a killed process left is removed by the next.

A folder's name has the process that owns it; students' programs may have been at work in it.
"""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from autograder.engine.worker import remove_strays

__all__ = ["new_folder", "remove_folder"]


def new_folder(kind: str) -> Path:
    """A new folder of this process, after those of the kind whose owners are dead were removed."""
    _remove_stale(prefix := f"gradelbo-{kind}-")
    return Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-"))


def remove_folder(folder: Path) -> None:
    """Removes a folder with all that is in it, whoever it belongs to."""
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        remove_strays(None, folder)


def _remove_stale(prefix: str) -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*-*"):
        with contextlib.suppress(OSError, ValueError):
            owner = int(folder.name.removeprefix(prefix).partition("-")[0])
            if folder.lstat().st_uid == os.geteuid() and not folder.is_symlink() and not _lives(owner):
                remove_folder(folder)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
