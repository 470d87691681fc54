"""Submissions in bulk: Gradescope's export as zip or folder, or a plain folder of hand-ins; read one at a time."""

import hashlib
import stat
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

import msgspec

from autograder.course.gradescope_export import METADATA, read_records
from autograder.course.handin import SINGLE, Handin, readable
from autograder.course.roster import Roster
from autograder.course.zipped import folder_names, member, member_sizes, opened_member
from autograder.engine.leftovers import printable
from autograder.engine.tree import listed, read
from autograder.errors import SubmissionUnusable, UsageError
from autograder.members import ARCHIVE_LIMIT, ARCHIVE_NAMES, FILE_LIMIT, Leftovers, choose, clean, is_junk

__all__ = ["NO_FILES", "Export", "open_export"]

NO_RECORD = "the export's metadata does not name it: who handed it in, and when, is not known"
NO_FILES = "none of its files is in the export: it is not graded"
MOST = max(FILE_LIMIT, ARCHIVE_LIMIT)  # bytes of a file that count for a digest
PACKED = 3  # archives in a hand-in that a grader opens; of more it opens none


class Members(NamedTuple):
    """The members of an archive that are one hand-in, and the folder they lie in there."""

    home: str
    names: tuple[str, ...]

    def inner(self, name: str) -> str:
        """A member's path inside the hand-in; that of a single file is its name."""
        return name.removeprefix(self.home) if name.startswith(self.home) else PurePosixPath(name).name


Places = dict[str, Path | Members]


@dataclass(frozen=True)
class Export:
    """Hand-ins in the order of the export, and where the files of each lie.

    `places` maps a hand-in's id to a path, or to members of the archive `zipped`; one without a place was named in the
    metadata, but none of its files is there. `sizes` are those of the members, unpacked; `troubles` are for staff.
    """

    name: str
    handins: tuple[Handin, ...]
    places: Mapping[str, Path | Members]
    zipped: Path = Path()
    sizes: Mapping[str, int] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()

    def digest(self, key: str) -> str:
        """The hash of the paths and contents that were handed in.

        What is larger than any file that is graded counts by its size and first bytes. Raises KeyError for a hand-in
        without a place, UsageError where the archive is damaged there.
        """
        mixed = hashlib.blake2b(digest_size=16)
        for name, size, data in self._contents(self.places[key]):
            mixed.update(f"{len(name)} {name} {size} ".encode("utf-8", "surrogatepass") + data)
        return mixed.hexdigest()

    @contextmanager
    def place(self, key: str, scratch: Path) -> Iterator[Path]:
        """A path at which this hand-in lies, as the grader takes it; members of an archive are written below `scratch`.

        Raises what `digest` raises.
        """
        found = self.places[key]
        if isinstance(found, Path):
            yield found
            return
        folder = scratch / (clean(key)[0].replace("/", "_") or "handed_in")
        folder.mkdir(parents=True)
        listed_ = [(found.inner(name), self.sizes[name]) for name in found.names]
        kept = choose(listed_).kept
        for path, index in kept.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(member(self.zipped, found.names[index], MOST + 1))
        whole = sum(name.lower().endswith(ARCHIVE_NAMES) for name, _ in listed_) <= PACKED
        for (path, size), name in zip(listed_, found.names, strict=True):
            if size > FILE_LIMIT:
                packed = whole and size <= ARCHIVE_LIMIT and path.lower().endswith(ARCHIVE_NAMES)
                _place_large(folder, path, member(self.zipped, name, MOST + 1) if packed else b"", size)
        yield folder

    def _contents(self, place: Path | Members) -> Iterator[tuple[str, int, bytes]]:
        """Name, size and content of every file, in the order of the names."""
        if isinstance(place, Members):
            for name in sorted(place.names):
                yield place.inner(name), self.sizes[name], member(self.zipped, name, MOST + 1)
        elif place.is_dir():
            try:
                entries = sorted(listed(place, Leftovers()))
            except SubmissionUnusable as error:  # the grader will say the same of it
                entries = []
                yield str(error), 0, b""
            for name, size in entries:
                yield name, size, _file(place / name)
        else:
            yield place.name, place.stat().st_size, _file(place)


def open_export(path: Path, roster: Roster | None = None) -> Export:
    """The hand-ins at a path: Gradescope's bulk export, zipped or not, or a folder that holds one hand-in an entry.

    People come from the export, else from the roster by the entry's name. Raises UsageError where there is nothing to
    read, or nothing in it is a hand-in.
    """
    if path.is_dir():
        found = _from_folder(path)
    elif path.is_file() and zipfile.is_zipfile(path):
        found = _from_zip(path)
    else:
        what = "is neither a folder nor a zip" if path.exists() else "does not exist"
        raise UsageError(f"{path} {what}; give Gradescope's export or a folder of hand-ins")
    if not found.handins:
        raise UsageError(f"there is no hand-in in {path}: no {METADATA}, and no folder or archive a student")
    known = roster or Roster()
    return replace(found, handins=tuple(known.completed(handin) for handin in found.handins))


def _from_folder(path: Path) -> Export:
    try:
        entries = _entries(path)
        below = [path, *(entry for entry in entries if stat.S_ISDIR(entry.lstat().st_mode))]
        marked = [folder for folder in below if (folder / METADATA).is_file()]
        if len(marked) > 1:
            raise UsageError(f"there are {len(marked)} exports in {path}; give one of them: {marked[0]}")
        if marked:
            entries = _entries(marked[0])
        places: Places = {readable(entry.name): entry for entry in entries if not entry.is_dir() or _holds(entry)}
        export = Export(readable(path.resolve().name), (), places)
        folders = {readable(entry.name) for entry in entries if entry.is_dir()}
        if not marked:
            return _named(export, folders)
        with (marked[0] / METADATA).open("rb") as stream:
            return _joined(stream, export, folders)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None


def _holds(folder: Path) -> bool:
    """Whether there is any file in a folder that somebody may have handed in."""
    return any(found.is_file() and not is_junk(found.relative_to(folder).as_posix()) for found in folder.rglob("*"))


def _entries(folder: Path) -> list[Path]:
    """What in a folder may be a hand-in: folders and files, no links, nothing hidden."""
    found = []
    for entry in sorted(folder.iterdir()):
        mode = entry.lstat().st_mode
        plain = entry.name != METADATA and not entry.name.startswith(".") and not is_junk(entry.name)
        if plain and (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
            found.append(entry)
    return found


def _from_zip(path: Path) -> Export:
    sizes = {name: size for name, size in member_sizes(path).items() if not is_junk(name)}
    marks = [name for name in sizes if PurePosixPath(name).name == METADATA and name.count("/") <= 1]
    if len(marks) > 1:
        raise UsageError(f"there are {len(marks)} exports in {path}; unpack it and give one of them")
    prefix = marks[0].removesuffix(METADATA) if marks else _wrapping([*sizes, *folder_names(path)])
    found: dict[str, list[str]] = {}
    folders, left = set(), []
    for name in sizes:
        top, slash, rest = name.removeprefix(prefix).partition("/")
        if not name.startswith(prefix) or name in marks or top in ("", ".", ".."):
            continue
        if slash:
            folders.add(top)
        if slash and not clean(rest)[0]:
            left.append(f"{printable(top)}: a file was left out, its name cannot be used: {printable(rest)}")
        else:
            found.setdefault(top, []).append(name)
    tops = {name.removeprefix(prefix).partition("/")[0] for name in folder_names(path) if name.startswith(prefix)}
    folders |= {top for top in tops if top and not top.startswith(".") and not is_junk(top)}
    places: Places = {top: Members(f"{prefix}{top}/", tuple(names)) for top, names in found.items()}
    export = Export(readable(path.stem), (), places, path, sizes, tuple(left))
    if not marks:
        return _named(export, folders)
    with opened_member(path, marks[0]) as stream:
        return _joined(stream, export, folders)


def _wrapping(names: list[str]) -> str:
    """The one folder that everything lies in: a zip of a folder holds the same hand-ins as the folder."""
    tops = {name.partition("/")[0] for name in names}
    return f"{next(iter(tops))}/" if len(tops) == 1 and all("/" in name for name in names) else ""


def _named(export: Export, folders: set[str]) -> Export:
    """One hand-in for each folder, an empty one too, and for each file that can be one by itself."""
    singles = {name for name in export.places if name.lower().endswith(SINGLE)}
    names = sorted(singles | folders)
    places = {name: export.places[name] for name in names if name in export.places}
    handins = tuple(Handin(id=name, troubles=() if name in places else (NO_FILES,)) for name in names)
    return replace(export, handins=handins, places=places)


def _joined(stream: IO[bytes], export: Export, folders: set[str]) -> Export:
    """The hand-ins of the metadata, those without files too, and then the folders that it does not name."""
    handins: dict[str, Handin] = {}
    for handin in read_records(stream):
        absent = () if handin.id in export.places else (NO_FILES,)
        handins[handin.id] = msgspec.structs.replace(handin, troubles=handin.troubles + absent)
    for name in export.places:
        if name in folders:
            handins.setdefault(name, Handin(id=name, troubles=(NO_RECORD,)))
    places = {name: place for name, place in export.places.items() if name in handins}
    return replace(export, handins=tuple(handins.values()), places=places)


def _place_large(folder: Path, raw: str, data: bytes, size: int) -> None:
    """Writes a file that is too large to be graded as it is: an archive, or a hole of its size, so that it is told."""
    path = clean(raw)[0]
    target = folder / path
    if not path or is_junk(path) or target.exists() or any(up.is_file() for up in target.parents):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as stream:
        stream.write(data)
        stream.truncate(len(data) or min(size, MOST + 1))


def _file(path: Path) -> bytes:
    try:
        return read(path, MOST + 1)
    except OSError:
        return b"unreadable"
