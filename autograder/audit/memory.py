"""What an audit has found before, by the digest of all that decides it, so that the next one asks only what is new.

An entry that loses what it must not, or keeps what it must lose, is never remembered, but asked again.
"""

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

import msgspec
import numpy as np

__all__ = ["Memory", "Shelf"]

KEPT = 6  # states of a homework of which results are kept

Item = TypeVar("Item")
Result = TypeVar("Result")

LAYOUT = """
create table if not exists result (of text, kind text, name text, value blob, primary key (of, kind, name)) strict;
create index if not exists result_of on result (of);
"""


class Shelf(NamedTuple):
    """Where results of one kind lie: each under the `name` of what was asked, in a form that msgspec knows.

    `good` says whether a result may be remembered.
    """

    kind: str
    name: Callable[[Any], str]
    form: Any
    good: Callable[[Any], bool]


class Memory:
    """Results in a SQLite file, or of this run only where `path` is None. `of` is the digest of what decides them.

    `recalled` counts those that were not asked again.
    """

    def __init__(self, path: Path | None, of: str) -> None:
        self.of = of
        self.recalled = 0
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(path if path is not None else ":memory:", isolation_level=None)
        self._file.execute("pragma journal_mode = wal")
        self._file.executescript(LAYOUT)
        self._forget()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def fill(self, shelf: Shelf, items: Iterable[Item], ask: Callable[[list[Item]], Iterable[Result]]) -> list[Result]:
        """The results of all items, in their order: those that lie on the shelf, and the others as `ask` gives them.

        What comes is put there as it comes, so that an audit that is stopped goes on where it was.
        """
        everything = list(items)
        known: dict[str, Result] = self._recall(shelf)
        new = [item for item in everything if shelf.name(item) not in known]
        self.recalled += len(everything) - len(new)
        for item, result in zip(new, ask(new), strict=True):
            self._keep(shelf, item, result)
            known[shelf.name(item)] = result
        return [known[shelf.name(item)] for item in everything]

    def _recall(self, shelf: Shelf) -> dict[str, Any]:
        rows = self._file.execute("select name, value from result where of = ? and kind = ?", (self.of, shelf.kind))
        return {name: msgspec.msgpack.decode(value, type=shelf.form) for name, value in rows}

    def _keep(self, shelf: Shelf, item: Any, result: Any) -> None:
        if shelf.good(result):
            row = (self.of, shelf.kind, shelf.name(item), msgspec.msgpack.encode(result, enc_hook=_plain))
            self._file.execute("insert or replace into result values (?, ?, ?, ?)", row)

    def _forget(self) -> None:
        """Drops the results of all but the last states."""
        states = self._file.execute("select of, max(rowid) as last from result group by of order by last desc")
        for of, _ in states.fetchall()[KEPT:]:
            self._file.execute("delete from result where of = ?", (of,))


def _plain(value: object) -> object:
    """A number of NumPy's as one of Python's."""
    if isinstance(value, np.generic):
        found: object = value.item()
        return found
    raise TypeError(f"{type(value).__name__} cannot be remembered")
