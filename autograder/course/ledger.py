"""The database of regrades: runs, the hand-ins of each, verdicts kept apart from scores; sqlite, one writer at a time.

Every hand-in is committed by itself, so that a run which is killed at any moment goes on where it was.
"""

import json
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, NamedTuple, Self

import msgspec

from autograder.course.grading import Graded, Score, verdicts_of
from autograder.course.handin import Handin
from autograder.course.pins import Pins
from autograder.course.schema import MIGRATIONS
from autograder.errors import UsageError
from autograder.scoring.policy import Override
from autograder.scoring.stored import Stored
from autograder.scoring.verdict import Verdict

__all__ = ["Entry", "Ledger", "Run"]

BUSY_S = 60.0
KEY = ("submission", "homework", "suite", "bank", "environment", "parts")
RUNS = (
    "SELECT id, kind, homework, suite, bank, environment, parts, rubric, source, based_on, started, finished, "
    "turn FROM runs WHERE {where} ORDER BY id"
)


class Run(NamedTuple):
    """One pass over hand-ins. `kind` is "regrade" or "rescore", `based_on` the run whose verdicts the latter took.

    `turn` is the larger the later it was begun or gone on with.
    """

    id: int
    kind: str
    homework: str
    suite: str
    bank: str
    environment: str
    parts: tuple[str, ...]
    rubric: str
    source: str
    based_on: int | None
    started: str
    finished: str | None
    turn: int = 0


class Entry(NamedTuple):
    """A hand-in of a run. `state` is "graded", "internal" (a fault of ours, told in `fault`) or "absent".

    `graded` is the number of its verdicts in the ledger, `score` what they came to; `override` what a person decided.
    """

    handin: Handin
    digest: str
    state: str
    fault: str
    graded: int | None
    score: Score | None
    override: Override | None = None


def _beside(path: Path, suffix: str) -> Path:
    """The log of a database, -wal, or what its users share while it is open, -shm."""
    return path.with_name(path.name + suffix)


def _copy(path: Path, target: Path) -> None:
    """Copies a database as it is at one moment; raises UsageError where it is none.

    Where somebody is at it SQLite copies what is committed. It would leave files beside one that nobody has open: its
    own are copied then, and again if somebody came to it meanwhile.
    """
    if not _beside(path, "-shm").is_file():
        for suffix in ("", "-wal"):
            if (own := _beside(path, suffix)).is_file():
                shutil.copyfile(own, _beside(target, suffix))
        if not _beside(path, "-shm").is_file():
            return
        _beside(target, "-wal").unlink(missing_ok=True)
        target.unlink()
    try:
        with (
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", timeout=BUSY_S, uri=True)) as held,
            closing(sqlite3.connect(target)) as copy,
        ):
            held.backup(copy)
    except sqlite3.DatabaseError as error:
        raise UsageError(f"{path} cannot be used as a ledger: {error}; name another folder for it") from None


class Ledger:
    """The ledger in a file, made when there is none; close it when done."""

    def __init__(self, path: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path = path
        self._now = now
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)  # names and scores are for staff
        try:
            self._db = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._migrate()
        except sqlite3.DatabaseError as error:
            raise UsageError(f"{path} cannot be used as a ledger: {error}; name another folder for it") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @classmethod
    @contextmanager
    def copied(cls, path: Path) -> Iterator[Self]:
        """A copy of the ledger in this file, in today's form; nothing is written to the file or beside it.

        Raises UsageError where it is no ledger.
        """
        with TemporaryDirectory(prefix="gradelbo-ledger-") as name:
            _copy(path, Path(name) / path.name)
            with cls(Path(name) / path.name) as found:
                yield found

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def begin(self, key: str, pins: Pins, rubric: str, source: str, *, based_on: int | None = None) -> Run:
        """The run of this key: the one there is, finished or not, else a new one; it is the latest from now on."""
        kind = "regrade" if based_on is None else "rescore"
        row = (key, kind, pins.homework, pins.suite, pins.bank, pins.environment, json.dumps(pins.parts))
        with self._write() as db:
            db.execute(
                "INSERT INTO runs (key, kind, homework, suite, bank, environment, parts, rubric, source, based_on, "
                "started) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
                (*row, rubric, source, based_on, self._stamp()),
            )
            db.execute("UPDATE runs SET turn = (SELECT MAX(turn) FROM runs) + 1 WHERE key = ?", (key,))
        return self._runs("key = ?", key)[0]

    def finish(self, run: Run) -> None:
        """Notes that every hand-in of the run has its entry."""
        with self._write() as db:
            db.execute("UPDATE runs SET finished = ? WHERE id = ?", (self._stamp(), run.id))

    def runs(self) -> list[Run]:
        """All runs, oldest first."""
        return self._runs("1")

    def latest(self, homework: str | None = None, *, finished: bool = False) -> Run | None:
        """The run (of a homework) that was begun, or gone on with, last; of the finished ones when so asked."""
        found = (run for run in self.runs() if homework in (None, run.homework) and (run.finished or not finished))
        return max(found, key=_turn, default=None)

    def run(self, number: int) -> Run:
        """The run of this number; raises UsageError where there is none."""
        found = self._runs("id = ?", number)
        if not found:
            known = ", ".join(str(run.id) for run in self.runs()) or "none"
            raise UsageError(f"there is no run {number} in {self.path}; there are: {known}")
        return found[0]

    def keep(self, pins: Pins, digest: str, graded: Graded, *, attempts: int = 1) -> int:
        """Keeps verdicts; gives their number. What is settled already stays as it is."""
        row = (
            *_key(pins, digest),
            int(graded.settled),
            msgspec.json.encode(verdicts_of(graded.stored)).decode(),
            zlib.compress(msgspec.msgpack.encode(graded.stored)),
            msgspec.json.encode(graded.stamp).decode(),
            None if graded.signs is None else json.dumps(graded.signs),
            json.dumps(graded.unread),
            str(graded.stamp.get("level", "unknown")),
            graded.seconds,
            attempts,
            self._stamp(),
        )
        with self._write() as db:
            db.execute(KEEP, row)
        found = self.known(pins, digest, settled=False)
        assert found is not None  # noqa: S101 - it was put there a moment ago
        return found

    def known(self, pins: Pins, digest: str, *, settled: bool = True) -> int | None:
        """The number of the verdicts on these files, if there are any (that are settled)."""
        row = self._db.execute(
            "SELECT id FROM verdicts WHERE submission = ? AND homework = ? AND suite = ? AND bank = ? "
            "AND environment = ? AND parts = ? AND settled >= ?",
            (*_key(pins, digest), int(settled)),
        ).fetchone()
        return None if row is None else int(row[0])

    def verdicts(self, number: int) -> dict[str, dict[str, Verdict]]:
        """Kept verdicts by part and property."""
        (text,) = self._db.execute("SELECT verdicts FROM verdicts WHERE id = ?", (number,)).fetchone()
        return msgspec.json.decode(text, type=dict[str, dict[str, Verdict]])

    def signs(self, number: int) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
        """The signs of the bonus, and what could not be looked at."""
        signs, unread = self._db.execute("SELECT signs, unread FROM verdicts WHERE id = ?", (number,)).fetchone()
        return None if signs is None else tuple(json.loads(signs)), tuple(json.loads(unread))

    def graded(self, number: int) -> Graded:
        """Kept verdicts with all that was kept beside them."""
        stored, stamp, seconds = self._db.execute(
            "SELECT stored, stamp, seconds FROM verdicts WHERE id = ?", (number,)
        ).fetchone()
        kept = msgspec.msgpack.decode(zlib.decompress(stored), type=Stored)
        return Graded(kept, json.loads(stamp), *self.signs(number), seconds)

    def level(self, number: int) -> str:
        """How far the submission was shut in."""
        (level,) = self._db.execute("SELECT level FROM verdicts WHERE id = ?", (number,)).fetchone()
        return str(level)

    def seconds(self, number: int) -> float:
        """How long grading took."""
        (seconds,) = self._db.execute("SELECT seconds FROM verdicts WHERE id = ?", (number,)).fetchone()
        return float(seconds)

    def enter(self, run: Run, entry: Entry) -> None:
        """Notes a hand-in of the run, in the place of what was noted of it before."""
        self.enter_all(run, [entry])

    def enter_all(self, run: Run, entries: list[Entry]) -> None:
        """The same for many, all or none."""
        rows = [(run.id, entry.handin.id, *_row(entry)) for entry in entries]
        with self._write() as db:
            db.executemany(ENTER, rows)

    def entries(self, run: Run) -> Iterator[Entry]:
        """The hand-ins of a run, by their ids."""
        rows = self._db.execute(
            "SELECT facts, digest, state, fault, verdicts, score, override FROM handins WHERE run = ? ORDER BY handin",
            (run.id,),
        )
        return map(_entry, rows)

    def count(self, run: Run) -> int:
        """How many hand-ins have an entry in the run."""
        (count,) = self._db.execute("SELECT COUNT(*) FROM handins WHERE run = ?", (run.id,)).fetchone()
        return int(count)

    def keep_prints(self, homework: str, digest: str, prints: Mapping[int, int]) -> None:
        """Keeps the fingerprints of these files."""
        packed = msgspec.msgpack.encode(prints)
        with self._write() as db:
            db.execute("INSERT OR REPLACE INTO prints VALUES (?, ?, ?)", (homework, digest, packed))

    def prints(self, homework: str, digest: str) -> dict[int, int] | None:
        """The fingerprints of these files; None where none were taken."""
        row = self._db.execute(
            "SELECT prints FROM prints WHERE homework = ? AND submission = ?", (homework, digest)
        ).fetchone()
        return None if row is None else msgspec.msgpack.decode(row[0], type=dict[int, int])

    def _runs(self, where: str, *values: Any) -> list[Run]:
        rows = self._db.execute(RUNS.format(where=where), values)
        return [Run(*found)._replace(parts=tuple(json.loads(found[6]))) for found in rows]

    def _stamp(self) -> str:
        return self._now().isoformat(timespec="seconds")

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        """A transaction; nothing of it is there if it does not come to its end."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _migrate(self) -> None:
        """Brings an older ledger to today's form, in one transaction; raises UsageError for a newer one."""
        with self._write() as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version > len(MIGRATIONS):
                raise UsageError(
                    f"{self.path} was written by a later gradelbo (form {version}, this one knows {len(MIGRATIONS)}); "
                    "use that one, or name another folder for it"
                )
            for statements in MIGRATIONS[version:]:
                for statement in statements:
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _turn(run: Run) -> int:
    return run.turn


def _upsert(table: str, key: tuple[str, ...], columns: tuple[str, ...], only: str = "true") -> str:
    """The statement that puts a row in the place of the one with this key, where that one allows it."""
    names = (*key, *columns)
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
    return (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "  # noqa: S608 - our own names
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes} WHERE {only}"
    )


KEEP = _upsert(
    "verdicts",
    KEY,
    ("settled", "verdicts", "stored", "stamp", "signs", "unread", "level", "seconds", "attempts", "at"),
    only="NOT settled",
)
ENTER = _upsert(
    "handins",
    ("run", "handin"),
    ("facts", "digest", "state", "fault", "verdicts", "total", "raw", "score", "override"),
)


def _key(pins: Pins, digest: str) -> tuple[str, ...]:
    return digest, pins.homework, pins.suite, pins.bank, pins.environment, json.dumps(pins.parts)


def _row(entry: Entry) -> tuple[Any, ...]:
    score, override = entry.score, entry.override
    return (
        msgspec.json.encode(entry.handin).decode(),
        entry.digest,
        entry.state,
        entry.fault,
        entry.graded,
        None if score is None else score.total,
        None if score is None else score.raw,
        None if score is None else msgspec.json.encode(score).decode(),
        None if override is None else msgspec.json.encode(override).decode(),
    )


def _entry(row: tuple[Any, ...]) -> Entry:
    facts, digest, state, fault, graded, score, override = row
    return Entry(
        msgspec.json.decode(facts, type=Handin),
        digest,
        state,
        fault,
        graded,
        None if score is None else msgspec.json.decode(score, type=Score),
        None if override is None else msgspec.json.decode(override, type=Override),
    )
