"""Where in a TOML file the line stands that a fault speaks of: the one answer that every command gives."""

import re
import tomllib
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Place", "header_line"]

HEADER = re.compile(r"\s*(\[[^\[\]]+\])\s*(?:#.*)?\Z")
NAMED = re.compile(r"`(\w+)`")


class Place(NamedTuple):
    """One table of a file: what messages call the file and the table, the header's line, and all lines there are.

    `inside` are the keys that lead to an inline table of it. Without `lines` every fault is at the header.
    """

    file: str
    table: str
    header: int
    lines: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()

    def within(self, key: str) -> "Place":
        """The place of a table inside this one, which may have a header of its own."""
        return self._replace(header=self._below(key) or self.header, inside=(*self.inside, key))

    def of(self, text: str) -> str:
        """The place of a fault in words: file, line to change, table."""
        return " ".join((f"{self.file}:{self.line_of(text)} [{self.table}]", *self.inside))

    def line_of(self, text: str) -> int:
        """The line, from 1, of the key that the text names first, else of the next one above it, else the header's."""
        own = _keys(f"[{self.table}]")
        if self.lines and _keys(self.lines[self.header - 1])[: len(own)] != own:  # it has no header of its own
            return self.header
        named = NAMED.search(text)
        for key in (*([named[1]] if named else []), *reversed(self.inside)):
            for number, row in _own_rows(self.lines, self.header):
                if re.match(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""", row):
                    return number
            if below := self._below(key):
                return below
        return self.header

    def _below(self, key: str) -> int | None:
        """The line of the header of a table inside this one, None where it has none."""
        here = _keys(self.lines[self.header - 1]) if self.lines else ()
        return _header(self.lines, (*here, key)) if here else None


def header_line(lines: tuple[str, ...], *keys: str) -> int:
    """The line, from 1, of the header [a.b] whose keys these are, quoted or not; 1 where there is none."""
    return _header(lines, keys) or 1


def _own_rows(lines: tuple[str, ...], header: int) -> Iterator[tuple[int, str]]:
    """The numbered rows below a header up to the next one, without those that go on with a text of several lines."""
    inside = False
    for number, row in enumerate(lines[header:], header + 1):
        begins, inside = not inside, inside ^ (row.count('"""') % 2 == 1)
        if begins and _keys(row):
            return
        if begins:
            yield number, row


def _header(lines: tuple[str, ...], keys: tuple[str, ...]) -> int | None:
    return next((number for number, row in enumerate(lines, 1) if _keys(row) == keys), None)


def _keys(row: str) -> tuple[str, ...]:
    """The keys of a table's header; () for any other line."""
    match = HEADER.match(row)
    if match is None:
        return ()
    try:
        table = tomllib.loads(match[1])
    except tomllib.TOMLDecodeError:
        return ()
    found: list[str] = []
    while table:
        (key, table), *_ = table.items()
        found.append(key)
    return tuple(found)
