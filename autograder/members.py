"""Which files of a hand-in count: clean paths, junk, caps, and the choice where there is too much; both sides use it.

Of ours it imports nothing. The jailed process that opens archives chooses by these rules, and the grader holds what
comes back against the same ones.
"""

import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

__all__ = [
    "ARCHIVE_LIMIT",
    "ARCHIVE_NAMES",
    "COUNT_LIMIT",
    "DEPTH_LIMIT",
    "ENVIRONMENTS",
    "FILE_LIMIT",
    "JUNK_FOLDERS",
    "LISTED_LIMIT",
    "NAME_LIMIT",
    "STREAM_LIMIT",
    "TOTAL_LIMIT",
    "Chosen",
    "Leftovers",
    "choose",
    "clean",
    "is_junk",
    "kind_of",
]

FILE_LIMIT = 16 << 20
TOTAL_LIMIT = 64 << 20
COUNT_LIMIT = 2000
DEPTH_LIMIT = 12
NAME_LIMIT = 200  # bytes of one name: a worker's file system takes 255
ARCHIVE_LIMIT = 64 << 20  # bytes of an archive, packed
LISTED_LIMIT = 120_000  # entries that are looked at
STREAM_LIMIT = 256 << 20  # bytes of a tar, unpacked, that are read through
SMALL = 1 << 20
SHOWN = 8  # names told for each reason

ARCHIVE_NAMES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tar.xz", ".txz", ".7z", ".rar")
MAGIC = (
    (0, b"PK\3\4", "zip"),
    (0, b"PK\5\6", "zip"),
    (0, b"PK\7\x08", "zip"),
    (0, b"\x1f\x8b", "gz"),
    (0, b"BZh", "bz2"),
    (0, b"\xfd7zXZ\0", "xz"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!\x1a\7", "rar"),
    (257, b"ustar", "tar"),
)
TOOLS = ("node_modules", "site-packages", "__pycache__", ".git", ".hg", ".svn", ".venv", ".tox", ".nox", ".eggs")
CACHES = (".ipynb_checkpoints", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".idea", ".vscode")
SYSTEMS = ("__MACOSX", ".Trash", ".Trashes", ".fseventsd", ".Spotlight-V100", ".TemporaryItems", "$RECYCLE.BIN")
JUNK_FOLDERS = frozenset((*TOOLS, *CACHES, *SYSTEMS))
JUNK_FILES = frozenset((".DS_Store", "Thumbs.db", "desktop.ini", "Icon\r", ".localized"))
ENVIRONMENTS = ("pyvenv.cfg", "conda-meta")  # what only the folder of an installed Python holds
SOURCES = (".py", ".ipynb")
DRIVE = "[A-Za-z]:"
CONTROL = re.compile("[\0-\x1f\x7f]")


class Leftovers:
    """What was left out or changed, by the reason's key: how many, and the first few names."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[int, list[str]]] = {}

    def add(self, reason: str, name: str, count: int = 1) -> None:
        """One more (or `count` more) for this reason; only the first few names are kept, shortened."""
        so_far, names = self.found.get(reason, (0, []))
        if name and len(names) < SHOWN:
            names = [*names, shortened(name)]
        self.found[reason] = (so_far + count, names)

    def take(self, other: "Leftovers") -> None:
        """All that another one holds, its first names included."""
        for reason, (count, names) in other.found.items():
            for name in names:
                self.add(reason, name, 1)
            self.add(reason, "", count - len(names))


class Chosen(NamedTuple):
    """The files that count: for each clean path the index in the list that was chosen from."""

    kept: dict[str, int]
    left: Leftovers


def shortened(name: str, most: int = 120) -> str:
    """A name for a sentence: its beginning and end, at most `most` characters."""
    return name if len(name) <= most else f"{name[: most // 2]}…{name[-most // 2 + 1 :]}"


def kind_of(head: bytes) -> str:
    """What kind of archive begins with these bytes (512 are enough); "" for none that is known."""
    return next((kind for at, magic, kind in MAGIC if head[at : at + len(magic)] == magic), "")


def is_junk(path: str) -> bool:
    """Whether no student wrote this file: byte code, caches, what systems and editors leave beside files."""
    *folders, name = path.replace("\\", "/").split("/")
    left_behind = name in JUNK_FILES or name.startswith("._") or name.endswith((".pyc", ".pyo"))
    return left_behind or any(folder in JUNK_FOLDERS for folder in folders)


def clean(raw: str) -> tuple[str, str]:
    """A name as a path inside the hand-in, with slashes and composed accents, and a reason's key.

    The key is "" for an ordinary name, "rooted" where the beginning had to go (a slash, a drive), and otherwise says
    why there is no path: "outside", "deep", "name". What comes out comes out again unchanged.
    """
    name = unicodedata.normalize("NFC", _unicode(raw).replace("\\", "/"))
    rest = re.sub(f"^({DRIVE})?/*", "", name)
    parts = [part for part in rest.split("/") if part not in ("", ".")]
    if ".." in parts:
        return "", "outside"
    if not parts or any(not _writable(part) for part in parts):
        return "", "name"
    if len(parts) > DEPTH_LIMIT + 1:
        return "", "deep"
    if re.match(DRIVE, parts[0]):  # a second drive: cleaning again would change it again
        return "", "name"
    return "/".join(parts), "rooted" if rest != name else ""


def choose(listed: Sequence[tuple[str, int]]) -> Chosen:
    """Of (name, size) pairs the files that count, within every cap; sources before data, shallow before deep.

    Of names that are there twice the last one counts; a file in whose place there is a folder too is left out.
    """
    left = Leftovers()
    found: dict[str, int] = {}
    for index, (raw, size) in enumerate(listed):
        path, reason = clean(raw)
        if is_junk(raw if reason else path):
            continue
        if reason:
            left.add(reason, raw)
        if path and size > FILE_LIMIT:
            left.add("large", path)
        elif path:
            if path in found:
                left.add("twice", path)
            found[path] = index
    for path in sorted(_folders(found) & found.keys()):
        left.add("both", path)
        del found[path]
    for path in _of_environments(list(found)):
        del found[path]
    return Chosen(_within_caps(found, listed, left), left)


def _folders(paths: Iterable[str]) -> set[str]:
    """Every folder that one of the paths lies in."""
    folders: set[str] = set()
    for path in paths:
        while (cut := path.rfind("/")) > 0 and (path := path[:cut]) not in folders:
            folders.add(path)
    return folders


def _within_caps(found: dict[str, int], listed: Sequence[tuple[str, int]], left: Leftovers) -> dict[str, int]:
    kept: list[str] = []
    total = 0
    for path in sorted(found, key=lambda path: _rank(path, listed[found[path]][1])):
        size = listed[found[path]][1]
        if len(kept) >= COUNT_LIMIT:
            left.add("many", path)
        elif total + size > TOTAL_LIMIT:
            left.add("total", path)
        else:
            kept.append(path)
            total += size
    return {path: found[path] for path in sorted(kept)}


def _rank(path: str, size: int) -> tuple[bool, bool, int, int, str]:
    """Small sources first, then what lies shallow, then what is small."""
    return not path.lower().endswith(SOURCES), size > SMALL, path.count("/"), size, path


def _of_environments(paths: Sequence[str]) -> list[str]:
    """Those of the paths that lie in the folder of an installed Python."""
    marked = [f"/{path}/".partition(f"/{name}/") for name in ENVIRONMENTS for path in paths if name in path]
    homes = tuple({f"{before[1:]}/" for before, mark, _ in marked if mark and before})
    return [path for path in paths if path.startswith(homes)] if homes else []


def _writable(part: str) -> bool:
    """Whether a worker can write a file of this name: Unicode that can be printed in part, and not too long."""
    try:
        encoded = part.encode()
    except UnicodeEncodeError:
        return False
    return len(encoded) <= NAME_LIMIT and CONTROL.search(part) is None


def _unicode(raw: str) -> str:
    """A name whose bytes are no UTF-8 is read as Latin-1."""
    try:
        raw.encode()
    except UnicodeEncodeError:
        try:
            return os.fsencode(raw).decode("latin-1")
        except UnicodeEncodeError:  # half a character: not even bytes
            return raw
    return raw
