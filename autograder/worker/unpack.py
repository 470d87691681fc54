"""Opens an archive inside the walls, member by member and only in memory; nothing of it is ever written to a disk."""

import io
import stat
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from autograder.members import (
    COUNT_LIMIT,
    FILE_LIMIT,
    LISTED_LIMIT,
    STREAM_LIMIT,
    TOTAL_LIMIT,
    Leftovers,
    choose,
    kind_of,
)

if TYPE_CHECKING:
    from gzip import GzipFile
    from tarfile import TarFile, TarInfo
    from zipfile import ZipFile, ZipInfo

__all__ = ["unpack"]

Members = list[tuple[str, bytes]]
UTF8_NAME, ENCRYPTED = 0x800, 1  # flag bits of a zip's member
STORED, DEFLATED = 0, 8  # the ways of compression whose output can be bounded
CHUNK = 1 << 20
ABOUT_THE_NEXT = (b"x", b"g", b"X", b"L", b"K")  # types of a tar's headers that tell of the next member
ABOUT_LIMIT = 1 << 18
TELLING = ("encrypted", "damaged", "method", "cut", "stream")  # said of the whole when nothing else is in it


class Refused(Exception):
    """The archive as a whole cannot be opened; the text is the key of a sentence."""


class PastLimit(Exception):
    """More of a tar was unpacked than is read."""


def unpack(data: bytes) -> dict[str, Any]:
    """The members that count, as paths, sizes and bytes, with what was left out; or {"failed": key of a sentence}."""
    left = Leftovers()
    try:
        members = _from_zip(data, left) if kind_of(data[:512]) == "zip" else _from_tar(data, left)
        if not members and (worst := next((key for key in TELLING if key in left.found), "")):
            return {"failed": worst}
    except Refused as refusal:
        return {"failed": str(refusal)}
    except MemoryError:
        return {"failed": "memory"}
    except Exception:  # whatever a parser trips over is the archive's fault
        return {"failed": "damaged"}
    return {
        "paths": "\0".join(path for path, _ in members).encode(),
        "sizes": np.array([len(content) for _, content in members], dtype=np.int64),
        "data": b"".join(content for _, content in members),
        "left": {reason: [count, names] for reason, (count, names) in left.found.items()},
    }


# --- zip -------------------------------------------------------------------------------------------------------------


def _from_zip(data: bytes, left: Leftovers) -> Members:
    import zipfile

    if data.count(b"PK\1\2") > LISTED_LIMIT:
        raise Refused("entries")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except MemoryError:
        raise
    except Exception:
        raise Refused("damaged") from None
    readable = [info for info in archive.infolist() if _wanted(info, left)]
    chosen = choose([(_name(info), info.file_size) for info in readable])
    left.take(chosen.left)
    return _read_all({path: readable[index] for path, index in chosen.kept.items()}, archive, left)


def _wanted(info: "ZipInfo", left: Leftovers) -> bool:
    """Whether a member is a file that can be read; what it is instead is noted."""
    name = _name(info)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if name.endswith(("/", "\\")) or kind == stat.S_IFDIR:
        return False
    reason = ""
    if kind not in (0, stat.S_IFREG):
        reason = "link"
    elif info.flag_bits & ENCRYPTED:
        reason = "encrypted"
    elif info.compress_type not in (STORED, DEFLATED):
        reason = "method"
    if reason:
        left.add(reason, name)
    return not reason


def _name(info: "ZipInfo") -> str:
    """A member's name: UTF-8 where it can be, also where the zip does not say so, else the PC's old code page."""
    name = info.orig_filename
    if info.flag_bits & UTF8_NAME:
        return name
    try:
        return name.encode("cp437").decode()
    except UnicodeError:
        return name


def _read_all(wanted: "dict[str, ZipInfo]", archive: "ZipFile", left: Leftovers) -> Members:
    members = []
    for path, info in wanted.items():
        try:
            with archive.open(info) as f:
                content = f.read(info.file_size)
                whole = len(content) == info.file_size and not f.read(1)
        except MemoryError:
            raise
        except Exception:  # a wrong checksum, a header that lies, an overlap: each costs its own member
            whole = False
        if whole:
            members.append((path, content))
        else:
            left.add("damaged", path)
    return members


# --- tar, plain or compressed ----------------------------------------------------------------------------------------


class Flow:
    """The bytes of a tar, unpacked as they are asked for, up to a limit."""

    def __init__(self, source: "IO[bytes] | GzipFile") -> None:
        self.source = source
        self.room = STREAM_LIMIT
        self.empty = 0

    def read(self, n: int) -> bytes:
        """At most n bytes more; raises PastLimit at the limit, EOFError when the end has been told several times."""
        if self.room <= 0:
            raise PastLimit
        found = self.source.read(min(n, CHUNK))
        self.room -= len(found)
        self.empty += not found
        if self.empty > 4:  # a member of a terabyte would be looked for block by block
            raise EOFError
        return found


def _from_tar(data: bytes, left: Leftovers) -> Members:
    """One way through the tar; whenever far more is held than counts, what counts least is dropped again."""
    listed: list[tuple[str, int]] = []
    held: dict[int, bytes] = {}
    size = 0
    for place, archive, info in _walk(data, left):
        if place >= LISTED_LIMIT:
            raise Refused("entries")
        if info.isreg():
            content = _content(archive, info)
            if content is None:
                left.add("damaged", info.name)
                continue
            held[len(listed)] = content
            listed.append((info.name, info.size))
            size += len(content)
            if len(held) > 4 * COUNT_LIMIT or size > 2 * TOTAL_LIMIT:
                places = list(held)
                kept = choose([listed[place] for place in places]).kept.values()
                held = {places[index]: held[places[index]] for index in kept}
                size = sum(map(len, held.values()))
        elif not info.isdir():
            left.add("link", info.name)
    chosen = choose(listed)
    left.take(chosen.left)
    for path in [path for path, place in chosen.kept.items() if place not in held]:
        left.add("total", path)
        del chosen.kept[path]
    return [(path, held[place]) for path, place in chosen.kept.items()]


def _content(archive: "TarFile", info: "TarInfo") -> bytes | None:
    """A member's bytes, none of one that is too large to count; None where they are not all there."""
    if not 0 < info.size <= FILE_LIMIT:
        return b""
    try:
        f = archive.extractfile(info)
        content = f.read(info.size) if f is not None else b""
    except (MemoryError, PastLimit):
        raise
    except Exception:
        return None
    return content if len(content) == info.size else None


def _walk(data: bytes, left: Leftovers) -> "Iterator[tuple[int, TarFile, TarInfo]]":
    """The tar's members in their order, each with its place; where it breaks off, that is noted and it ends."""
    import tarfile

    place = 0
    try:
        flow = Flow(_unpacked(data))
        try:
            archive = tarfile.open(fileobj=flow, mode="r|", encoding="utf-8", tarinfo=_careful())  # type: ignore[call-overload]  # noqa: SIM115
        except tarfile.ReadError:
            raise Refused("damaged" if kind_of(data[:512]) == "tar" else "no tar") from None
        while (info := archive.next()) is not None:
            if info.size < 0:
                raise tarfile.ReadError("a negative size")
            yield place, archive, info
            place += 1
            archive.members.clear()
    except (MemoryError, Refused):
        raise
    except PastLimit:
        left.add("stream", "")
    except Exception:  # the end is missing, or garbage
        left.add("cut" if place else "damaged", "")


def _careful() -> "type[TarInfo]":
    """A tar's header that refuses long names and attributes of a size that only an attack has."""
    import tarfile

    class Careful(tarfile.TarInfo):
        def _proc_member(self, archive: "TarFile") -> "TarInfo":
            if self.type in ABOUT_THE_NEXT and self.size > ABOUT_LIMIT:
                raise tarfile.ReadError("a header of that size")
            found: TarInfo = super()._proc_member(archive)  # type: ignore[misc]
            return found

    return Careful


def _unpacked(data: bytes) -> "IO[bytes] | GzipFile":
    kind = kind_of(data[:512])
    source = io.BytesIO(data)
    if kind == "gz":
        import gzip

        return gzip.GzipFile(fileobj=source)
    if kind == "bz2":
        import bz2

        return bz2.BZ2File(source)
    if kind == "xz":
        import lzma

        return lzma.LZMAFile(source)
    return source
