"""What an audit has found before, by the digest of all that decides it, so that the next one asks only what is new.

An entry that loses what it must not, or keeps what it must lose, is never remembered, but asked again.
"""

import fcntl
import itertools
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

import msgspec
import numpy as np

from autograder.errors import UsageError

__all__ = ["Memory", "Shelf", "sole"]

OF_THE_MACHINE = (  # and not of the file's content
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
)  # fmt: skip
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

    `recalled` counts those that were not asked again. A file that is damaged is `set_aside` under another name (None:
    none was), and everything is asked anew.
    """

    def __init__(self, path: Path | None, of: str) -> None:
        self.of = of
        self.recalled = 0
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self.set_aside: Path | None = None
        try:
            self._file = _opened(path)
        except sqlite3.DatabaseError as error:
            if (getattr(error, "sqlite_errorcode", 0) & 0xFF) in OF_THE_MACHINE:
                raise UsageError(f"{path} cannot be opened: {error}; --afresh does without it") from None
            if path is None:
                raise
            self.set_aside = _away(path)
            self._file = _opened(path)
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


def _opened(path: Path | None) -> sqlite3.Connection:
    """The file, whole and with its table; raises DatabaseError where it is damaged."""
    file = sqlite3.connect(path if path is not None else ":memory:", isolation_level=None)
    try:
        file.execute("pragma journal_mode = wal")
        file.executescript(LAYOUT)
        (found,) = file.execute("pragma quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
    except BaseException:
        file.close()
        raise
    return file


def _away(path: Path) -> Path:
    """Gives the file another name, which nothing has yet; its log goes with it."""
    names = (path.with_name(f"{path.stem}.damaged{n or ''}{path.suffix}") for n in itertools.count())
    free = next(name for name in names if not name.exists())
    for suffix in ("", "-wal", "-shm"):
        if (own := path.with_name(path.name + suffix)).exists():
            own.rename(free.with_name(free.name + suffix))
    return free


@contextmanager
def sole(lock: Path) -> Iterator[None]:
    """Inside, nobody else audits under this lock; raises UsageError where somebody does. It ends with the process."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                f"an audit of this homework is at work already and holds {lock}; wait until it is done"
            ) from None
        yield


def _plain(value: object) -> object:
    """A number of NumPy's as one of Python's."""
    if isinstance(value, np.generic):
        found: object = value.item()
        return found
    raise TypeError(f"{type(value).__name__} cannot be remembered")
