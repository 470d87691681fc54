"""Kills regrades with SIGKILL at random moments, lets them go on, and holds the ledger against an uninterrupted run's.

python -m tests.harness.course.crash [--kills 50] [--students 60] [--homework tiny-hw] [--seed N] [--real]

The grading is played by a program that gives verdicts by the files' digests in a few milliseconds, dies over some
hand-ins once and over some always; `--real` grades for real.
"""

import argparse
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from autograder.course.export import Export, open_export
from autograder.course.grading import Graded
from autograder.course.ledger import Ledger
from autograder.course.pool import Serve, Start
from autograder.course.regrade import local_pool, plan_regrade, regrade
from autograder.course.task import Task
from autograder.engine.grader import Grader
from autograder.engine.submission import intake
from autograder.manifest import Homework, find_homework
from autograder.scoring.stored import store
from autograder.scoring.verdict import Check, Verdict
from tests.harness.course.synthetic import students, write_export

ROOT = Path(__file__).parents[3]
TINY = Path(__file__).parents[1] / "tiny"
DUMPS = (  # all but clocks; in the order of what the rows say, since numbers follow the order of the work
    "SELECT key, kind, homework, suite, bank, environment, parts, rubric, source, based_on FROM runs",
    "SELECT h.handin, h.facts, h.digest, h.state, h.fault, h.total, h.raw, h.score, h.override, h.conflict, "
    "v.submission FROM handins h LEFT JOIN verdicts v ON v.id = h.verdicts ORDER BY h.run, h.handin",
    "SELECT submission, homework, suite, bank, environment, parts, settled, verdicts, stored, stamp, signs, unread, "
    "level, attempts FROM verdicts ORDER BY submission",
)


def pretended(homework: Homework, pause_s: float = 0.004) -> Start:
    """A grader that gives verdicts by the digest of what was handed in; it dies over one content in five."""

    @contextmanager
    def start(scratch: Path) -> Iterator[Serve]:
        def serve(data: bytes) -> bytes:
            digest = intake(msgspec.msgpack.decode(data, type=Task).place).digest
            time.sleep(pause_s)
            lot = int(digest[:8], 16)
            once = scratch.parent / f"once-{digest}"
            if lot % 5 == 0 or (lot % 3 == 0 and not once.exists()):
                once.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return msgspec.msgpack.encode(graded_by(homework, lot))

        yield serve

    return start


def graded_by(homework: Homework, lot: int) -> Graded:
    """Verdicts drawn by a number."""
    rng = random.Random(lot)
    parts = [part for part in homework.parts.values() if part.pays]
    checks = [
        Check(part.id, name, name, rng.choice((Verdict.PASSED, Verdict.PASSED, Verdict.WRONG, Verdict.MISSING)))
        for part in parts
        for name in part.properties
    ]
    return Graded(store(checks, [part.id for part in parts], ()), {"level": "strict"}, seconds=0.0)


def attempt(path: Path, export: Export, grader: Grader, start: Start | None) -> None:
    """One start of a regrade, to its end."""
    with Ledger(path) as ledger, local_pool(grader, 2, start) as pool:
        regrade(plan_regrade(grader, export, ledger), grader, ledger, pool, lambda _: None)


def killed(work: Callable[[], None], after_s: float) -> bool:
    """Does the work in a process that is killed after so many seconds; whether it was."""
    pid = os.fork()
    if not pid:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    deadline = time.monotonic() + after_s
    while time.monotonic() < deadline:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            assert status == 0, f"a regrade ended with status {status}"
            return False
        time.sleep(0.001)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return True


def rows(path: Path) -> list[list[tuple[Any, ...]]]:
    """All that a ledger holds but clocks and numbers, by table, and whether sqlite finds it whole."""
    db = sqlite3.connect(path)
    try:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("SELECT COUNT(*), COUNT(finished) FROM runs").fetchone() == (1, 1)
        return [db.execute(dump).fetchall() for dump in DUMPS]
    finally:
        db.close()


def trial(folder: Path, homework: Homework, count: int, rng: random.Random, kills: int, *, real: bool = False) -> int:
    """Runs a class over so many kills to its end, anew where it comes there before; how many. Raises AssertionError."""
    export = open_export(write_export(students(homework, count, rng.randrange(1000)), folder / "in", output=20))
    target = folder / "killed.sqlite"
    with Grader(homework) as grader:
        start = None if real else pretended(homework)
        began = time.monotonic()
        assert not killed(lambda: attempt(folder / "whole.sqlite", export, grader, start), 3600)
        took = time.monotonic() - began
        whole = rows(folder / "whole.sqlite")
        assert len(whole[1]) == len(export.handins)
        done = 0
        while done < kills:
            if killed(lambda: attempt(target, export, grader, start), rng.uniform(0, took)):
                done += 1
                continue
            assert rows(target) == whole
            for path in folder.glob("killed.sqlite*"):
                path.unlink()
            took /= 2
        attempt(target, export, grader, start)
    assert rows(target) == whole
    return done


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--students", type=int, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--homework", default="tiny-hw")
    parser.add_argument("--real", action="store_true")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    homework = find_homework(TINY if options.homework == "tiny-hw" else ROOT, options.homework)
    done = trials = 0
    while done < options.kills:
        with tempfile.TemporaryDirectory(prefix="gradelbo-crash-") as name:
            done += trial(Path(name), homework, options.students, rng, options.kills - done, real=options.real)
        trials += 1
        print(f"{done} kills in {trials} classes of {options.students}: every ledger as without (seed {options.seed})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
