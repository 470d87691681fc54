"""What was handed in, as an immutable value: files by path, an id and a digest. Everything read here is hostile."""

import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from autograder.errors import SubmissionUnusable

__all__ = ["Located", "Submission", "intake"]

FILE_LIMIT = 16 << 20
TOTAL_LIMIT = 64 << 20
COUNT_LIMIT = 2000
DEPTH_LIMIT = 12
IGNORED_FOLDERS = {
    "node_modules",
    "site-packages",
    "__MACOSX",
    "__pycache__",
    ".git",
    ".venv",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".pytest_cache",
    ".idea",
    ".vscode",
}
IGNORED_FILES = {".DS_Store", "Thumbs.db"}


@dataclass(frozen=True)
class Located:
    """Where a wanted file was found in a submission (None: nowhere) and what the student should know about it.

    `path` may be a notebook; `twin` is the notebook of the same name beside a `.py`: the worker says which counts.
    """

    path: str | None
    note: str = ""
    twin: str | None = None


@dataclass(frozen=True)
class Submission:
    """An immutable set of files. `notes` are sentences about what was left out."""

    id: str
    files: Mapping[str, bytes]
    notes: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The hash of all paths and contents."""
        mixed = hashlib.blake2b(digest_size=16)
        for path in sorted(self.files):
            mixed.update(
                f"{len(path)} {path} {len(self.files[path])} ".encode("utf-8", "surrogatepass") + self.files[path]
            )
        return mixed.hexdigest()

    def locate(self, wanted: str) -> Located:
        """The file for a wanted path: that path itself, or below other folders, or else the file of that name.

        Of several the shallowest is taken, then the first in the alphabet, and the note says so.
        """
        name = PurePosixPath(wanted).name
        found = self._find(wanted)
        twin = self._find(str(PurePosixPath(wanted).with_suffix(".ipynb")))
        if found.path is not None:
            return Located(found.path, found.note, twin.path)
        if twin.path is not None:
            return twin
        notebooks = [path for path in self.files if path.lower().endswith(".ipynb")]
        if len(notebooks) == 1:
            only = f"{notebooks[0]} is the only notebook: it was read for every problem whose own file is not there"
            return Located(notebooks[0], only)
        like = self._like(name)
        hint = f"; {like} looks like it: if it is, rename it to {name}" if like else self._listing()
        return Located(None, f"{name} is not among your files: put it at {wanted}, or anywhere under that name{hint}")

    def _find(self, wanted: str) -> Located:
        name = PurePosixPath(wanted).name
        if wanted in self.files:
            return Located(wanted)
        below = [path for path in self.files if path.endswith("/" + wanted)]
        alike = below or [path for path in self.files if PurePosixPath(path).name == name]
        if alike:
            alike.sort(key=lambda path: (path.count("/"), path))
            note = f"{name}: {len(alike)} files have this name; {alike[0]} was graded" if len(alike) > 1 else ""
            return Located(alike[0], note)
        return Located(None)

    def _like(self, name: str) -> str | None:
        """A file whose name could be meant: another case, a letter off, or the wanted name with something behind it."""
        names = {path: PurePosixPath(path).name.lower() for path in sorted(self.files)}
        stem, ending = PurePosixPath(name.lower()).stem, PurePosixPath(name).suffix
        longer = [path for path, other in names.items() if other.startswith(stem) and other.endswith(ending)]
        alike = [other for other in names.values() if other[:1] == name[:1].lower()]  # gmm.py is no slip for lgm.py
        near = get_close_matches(name.lower(), alike, 1, 0.75)
        return next((path for path in (*longer, *names) if path in longer or names[path] in near), None)

    def _listing(self) -> str:
        """What is there instead, a few of it."""
        python = sorted(path for path in self.files if path.endswith(".py")) or sorted(self.files)
        return f"; found: {', '.join(python[:5])}{' …' if len(python) > 5 else ''}" if python else ""


def intake(path: Path) -> Submission:
    """The submission in a folder, or the one that a single file is.

    Regular files only, nothing followed; caches and system files are left out. Raises SubmissionUnusable when there is
    nothing to read or a cap is passed.
    """
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        raise SubmissionUnusable(
            f"{path} cannot be read: {error.strerror}; give the folder or the .py file that was handed in"
        ) from None
    if stat.S_ISREG(mode):
        if path.suffix not in (".py", ".ipynb"):
            raise SubmissionUnusable(f"{path} is not a folder and not a .py file; if it is an archive, unpack it first")
        if path.lstat().st_size > FILE_LIMIT:
            raise SubmissionUnusable(f"{path.name} is larger than {FILE_LIMIT >> 20} MiB; hand in the source only")
        return Submission(path.stem, {path.name: _read(path)})
    if not stat.S_ISDIR(mode):
        raise SubmissionUnusable(f"{path} is neither a folder nor a file")
    files: dict[str, bytes] = {}
    notes: list[str] = []
    _walk(path, "", files, notes)
    return Submission(path.resolve().name, files, tuple(notes))


def _walk(root: Path, inner: str, files: dict[str, bytes], notes: list[str]) -> None:
    if inner.count("/") >= DEPTH_LIMIT:
        raise SubmissionUnusable(
            f"{inner} lies deeper than {DEPTH_LIMIT} folders; hand in only the homework's own folders"
        )
    try:
        entries = sorted(os.scandir(root / inner), key=lambda entry: entry.name)
    except OSError as error:
        raise SubmissionUnusable(f"{root / inner} cannot be read: {error.strerror}") from None
    for entry in entries:
        name = f"{inner}/{entry.name}" if inner else entry.name
        if entry.is_symlink() or not (entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False)):
            notes.append(f"{name} was left out: it is a link or a special file, not a file of its own")
        elif not _writable_name(entry.name):
            notes.append(f"{name!r} was left out: rename it, with letters, digits and fewer than 200 characters")
        elif entry.is_dir(follow_symlinks=False):
            if entry.name not in IGNORED_FOLDERS and not os.path.exists(root / name / "pyvenv.cfg"):
                _walk(root, name, files, notes)
        elif entry.name not in IGNORED_FILES and not entry.name.endswith(".pyc") and not entry.name.startswith("._"):
            _add(root / name, name, files, notes)


def _writable_name(name: str) -> bool:
    """Whether a worker can write a file of this name: Unicode, and not too long for a file system."""
    try:
        return len(name.encode()) <= 200
    except UnicodeEncodeError:
        return False


def _add(path: Path, name: str, files: dict[str, bytes], notes: list[str]) -> None:
    if path.lstat().st_size > FILE_LIMIT:
        notes.append(f"{name} was left out: it is larger than {FILE_LIMIT >> 20} MiB")
        return
    files[name] = _read(path)
    if len(files) > COUNT_LIMIT:
        raise SubmissionUnusable(f"more than {COUNT_LIMIT} files; hand in only the homework's own files")
    if sum(map(len, files.values())) > TOTAL_LIMIT:
        raise SubmissionUnusable(f"more than {TOTAL_LIMIT >> 20} MiB in all; hand in only the homework's own files")


def _read(path: Path) -> bytes:
    """The bytes of a regular file; a link that took its place meanwhile is not followed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise SubmissionUnusable(f"{path.name} cannot be read: {error.strerror}") from None
    with os.fdopen(descriptor, "rb") as f:
        return f.read(FILE_LIMIT + 1)
