"""What was handed in, as an immutable value: files by path, an id and a digest. Everything read here is hostile."""

import hashlib
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.engine.archive import Opened, OpenPacked, why_not
from autograder.engine.leftovers import printable, sentences
from autograder.engine.names import is_surely, perhaps
from autograder.engine.tree import listed, read
from autograder.errors import SubmissionUnusable
from autograder.members import ARCHIVE_LIMIT, ARCHIVE_NAMES, FILE_LIMIT, Leftovers, choose, clean, is_junk, kind_of

__all__ = ["Located", "Submission", "intake"]

SOURCES = (".py", ".py.txt", ".ipynb")
CHECKPOINT = ".safetensors"
FEW = 3  # archives in a hand-in that are opened


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

        Of several the shallowest is taken, then the first in the alphabet; then a name that surely means it; then a
        notebook of the name, or the only notebook there is. The note says what had to be chosen.
        """
        if wanted.endswith(CHECKPOINT):
            return self._checkpoint(wanted)
        found = self._find(wanted)
        if not wanted.endswith(".py"):
            return found if found.path is not None else Located(None, self._missing(wanted))
        twin = self._find(str(PurePosixPath(wanted).with_suffix(".ipynb")))
        if found.path is not None:
            return Located(found.path, found.note, twin.path)
        if twin.path is not None:
            return twin
        notebooks = [path for path in self.files if path.lower().endswith(".ipynb")]
        if len(notebooks) == 1:
            only = f"{notebooks[0]} is the only notebook: it was read for every problem whose own file is not there"
            return Located(notebooks[0], only)
        return Located(None, self._missing(wanted))

    def _checkpoint(self, wanted: str) -> Located:
        """The checkpoint in the wanted folder, or in one of that name elsewhere: others are of other runs.

        A safetensors file counts before what torch saved, and the exact folder before one that lies deeper.
        """
        place = PurePosixPath(wanted)
        names = (place.name, place.with_suffix(".pt").name)
        alike = [p for p in map(PurePosixPath, self.files) if p.name in names and p.parent.name == place.parent.name]
        if not alike:
            ways = f"{place.name} (or {names[1]}) is not among your files in a folder {place.parent.name}"
            return Located(None, f"{ways}: put it at {wanted}")
        ranked = sorted(
            alike, key=lambda p: (p.parent != place.parent, len(p.parts), str(p.parent), names.index(p.name))
        )
        first, others = ranked[0], [str(p) for p in ranked[1:]]
        note = f"{first} was graded, and not {', '.join(others[:3])}" if others else ""
        return Located(str(first), note)

    def _missing(self, wanted: str) -> str:
        """That a file is not there, and what could be meant."""
        name = PurePosixPath(wanted).name
        like = perhaps(self.files, name)
        hint = f"; {like} looks like it: if it is, rename it to {name}" if like else self._listing(wanted)
        return f"{name} is not among your files: put it at {wanted}, or anywhere under that name{hint}"

    def _find(self, wanted: str) -> Located:
        """The file under this name, else the one that surely means it."""
        name = PurePosixPath(wanted).name
        sure = _by_depth(path for path in self.files if is_surely(PurePosixPath(path).name, name))
        if wanted in self.files:
            return Located(wanted, _beside(wanted, sure))
        below = [path for path in sure if path.endswith("/" + wanted)]
        alike = below or [path for path in sure if PurePosixPath(path).name == name]
        if len(alike) > 1:
            return Located(alike[0], f"{name}: {len(alike)} files have this name; {alike[0]} was graded")
        if alike:
            return Located(alike[0], _beside(alike[0], sure))
        if len(sure) > 1:
            many = f"{name}: {len(sure)} files have almost this name; {sure[0]} was graded"
            return Located(sure[0], f"{many}: call the one you mean {name}")
        return Located(sure[0], f"{sure[0]} was graded as {name}: call it {name}") if sure else Located(None)

    def _listing(self, wanted: str) -> str:
        """What is there instead, a few of it, where code is wanted."""
        if not wanted.endswith(".py"):
            return ""
        python = sorted(path for path in self.files if path.endswith(".py")) or sorted(self.files)
        return f"; found: {', '.join(python[:5])}{' …' if len(python) > 5 else ''}" if python else ""


def intake(path: Path, open_packed: OpenPacked | None = None, wanted: tuple[str, ...] = ()) -> Submission:
    """The submission in a folder, in an archive, or the one that a single source file is.

    `open_packed` opens archives (None: they are refused); one archive inside is opened too, where nothing beside it is
    called like one of the `wanted` files (none given: like a source file). What is left out is noted. Raises
    SubmissionUnusable when there is nothing to read.
    """
    opener = open_packed or _refuse
    try:
        found = path.lstat()
    except OSError as error:
        raise SubmissionUnusable(
            f"{path} cannot be read: {error.strerror}; give the folder, the archive or the .py file that was handed in"
        ) from None
    if stat.S_ISDIR(found.st_mode):
        return _from_folder(path, opener, wanted)
    if not stat.S_ISREG(found.st_mode):
        raise SubmissionUnusable(f"{path} is neither a folder nor a file")
    head = _content(path, 512)
    if kind_of(head) or path.name.lower().endswith(ARCHIVE_NAMES):
        return _from_archive(path, found.st_size, opener, wanted)
    name = clean(path.name)[0]
    if not name or not path.name.lower().endswith(SOURCES):
        raise SubmissionUnusable(
            f"{printable(path.name)} is not a folder, not an archive (zip, tar), not a notebook and not a .py file; "
            "hand in the homework's own files, or a zip of them"
        )
    if found.st_size > FILE_LIMIT:
        raise SubmissionUnusable(
            f"{printable(path.name)} is larger than {FILE_LIMIT >> 20} MiB; hand in the source only"
        )
    return Submission(path.stem, {name: _content(path, FILE_LIMIT)})


def _from_archive(path: Path, size: int, opener: OpenPacked, wanted: tuple[str, ...]) -> Submission:
    if size > ARCHIVE_LIMIT:
        raise SubmissionUnusable(
            f"{printable(path.name)} is larger than {ARCHIVE_LIMIT >> 20} MiB; hand in only the homework's own files"
        )
    opened = opener(path.name, _content(path, ARCHIVE_LIMIT))
    notes = sentences(opened.left, path.name)
    files, packed = dict(opened.files), _packed(opened.files, wanted, notes)
    inside = [(name, files.pop(name)) for name in packed]
    stem = next((path.name[: -len(end)] for end in ARCHIVE_NAMES if path.name.lower().endswith(end)), path.stem)
    return Submission(stem or path.name, _joined(files, inside, opener, wanted, notes), tuple(notes))


def _from_folder(root: Path, opener: OpenPacked, wanted: tuple[str, ...]) -> Submission:
    left, notes = Leftovers(), list[str]()
    entries = listed(root, left)
    packed = set(_packed((name for name, _ in entries), wanted, notes))
    chosen = choose([entry for entry in entries if entry[0] not in packed])
    names = [name for name, _ in entries if name not in packed]
    left.take(chosen.left)
    files = {}
    for path, index in chosen.kept.items():
        try:
            files[path] = read(root / names[index], FILE_LIMIT)
        except OSError:
            left.add("unread", path)
    inside = []
    for name, size in entries:
        if name in packed and size > ARCHIVE_LIMIT:
            notes.append(f"{printable(name)} is larger than {ARCHIVE_LIMIT >> 20} MiB and was not opened")
        elif name in packed:
            try:
                inside.append((clean(name)[0], read(root / name, ARCHIVE_LIMIT)))
            except OSError:
                left.add("unread", name)
    notes = sentences(left) + notes
    return Submission(root.resolve().name, _joined(files, inside, opener, wanted, notes), tuple(notes))


def _packed(paths: Iterable[str], wanted: tuple[str, ...], notes: list[str]) -> list[str]:
    """Those of the paths that are archives and have to be opened, because no file of the homework lies beside them."""
    mine = [path for path in paths if not is_junk(path) and clean(path)[0]]
    packed = [path for path in mine if path.lower().endswith(ARCHIVE_NAMES)]
    if not packed or any(_is_wanted(PurePosixPath(path).name, wanted) for path in mine):
        return []
    if len(packed) > FEW:
        notes.append(f"{len(packed)} archives were handed in, more than are opened; hand in the files themselves")
        return []
    return packed


def _is_wanted(name: str, wanted: tuple[str, ...]) -> bool:
    if name.lower().endswith(".ipynb"):
        return True
    if not wanted:
        return name.lower().endswith(".py")
    return any(is_surely(name, PurePosixPath(file).name) for file in wanted)


def _joined(
    files: dict[str, bytes],
    inside: list[tuple[str, bytes]],
    opener: OpenPacked,
    wanted: tuple[str, ...],
    notes: list[str],
) -> dict[str, bytes]:
    """The files with what lies in the archives among them, each below the archive's own name, within the caps."""
    if not inside:
        return files
    for name, data in inside:
        if refusal := why_not(name, data[:512]):
            notes.append(refusal)
            continue
        try:
            opened = opener(name, data)
        except SubmissionUnusable as error:
            notes.append(str(error))
            continue
        for path in _packed(opened.files, wanted, []):
            del opened.files[path]
            opened.left.add("nested", path)
        notes += sentences(opened.left, name, f"{name}/")
        files |= {f"{name}/{path}": content for path, content in opened.files.items()}
    chosen = choose([(path, len(content)) for path, content in files.items()])
    notes += sentences(chosen.left)
    return {path: files[path] for path in chosen.kept}


def _by_depth(paths: Iterable[str]) -> list[str]:
    return sorted(paths, key=lambda path: (path.count("/"), path))


def _beside(path: str, sure: list[str]) -> str:
    """A note about files of almost the same name in the same folder, which were not graded."""
    folder = PurePosixPath(path).parent
    others = [other for other in sure if other != path and PurePosixPath(other).parent == folder]
    return f"{path} was graded, and not {', '.join(others[:3])} beside it" if others else ""


def _content(path: Path, most: int) -> bytes:
    try:
        return read(path, most)
    except OSError as error:
        raise SubmissionUnusable(f"{printable(path.name)} cannot be read: {error.strerror or error}") from None


def _refuse(name: str, data: bytes) -> Opened:
    raise SubmissionUnusable(
        f"{printable(name)} is an archive, which is not opened here; unpack it and give its folder"
    )
