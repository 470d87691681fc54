"""Takes fingerprints of the hand-ins of a run into the ledger, in processes that a hostile file may cost."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from autograder.course.export import Export
from autograder.course.ledger import Ledger, Run
from autograder.course.pool import Pool, Serve, Start
from autograder.course.similarity import fingerprints
from autograder.engine.leftovers import printable
from autograder.engine.submission import intake
from autograder.errors import SubmissionUnusable
from autograder.manifest import Homework

__all__ = ["take_prints"]

LIMIT_S = 20.0
SOURCES = (".py", ".py.txt")


def take_prints(ledger: Ledger, run: Run, export: Export, homework: Homework, jobs: int) -> list[str]:
    """Prints of every content of the run that has none yet; sentences about those that could not be read.

    What the export has under a hand-in's id counts only where it is what the run graded. Archives inside a hand-in are
    not opened, and notebooks not read: they have no prints.
    """
    wanted: dict[str, str] = {}
    absent = 0
    for entry in ledger.entries(run):
        if entry.digest and ledger.prints(homework.id, entry.digest) is None:
            absent += entry.handin.id not in export.places
            if entry.handin.id in export.places:
                wanted.setdefault(entry.digest, entry.handin.id)
    notes = [f"{absent} hand-ins of run {run.id} are not in {export.name}: no fingerprints"] if absent else []
    with Pool(_start(export, _template(homework)), jobs, LIMIT_S) as pool:
        tasks = ((digest, f"{digest}/{key}".encode("utf-8", "surrogatepass")) for digest, key in wanted.items())
        for outcome in pool.run(tasks):
            if outcome.data:
                found = msgspec.msgpack.decode(outcome.data, type=dict[int, int])
                ledger.keep_prints(homework.id, outcome.key, found)
                continue
            why = outcome.fault or f"its files in {export.name} are not those that run {run.id} graded"
            notes.append(f"{printable(wanted[outcome.key])} has no fingerprint: {why}")
    return notes


def _start(export: Export, template: tuple[bytes, ...]) -> Start:
    @contextmanager
    def start(scratch: Path) -> Iterator[Serve]:
        def serve(data: bytes) -> bytes:
            """Packed prints; b"" where the export has other files. A fault of ours or of the download is raised."""
            digest, _, key = data.decode("utf-8", "surrogatepass").partition("/")
            if export.digest(key) != digest:
                return b""
            try:
                with export.place(key, scratch / digest) as path:
                    files = intake(path).files
            except SubmissionUnusable:
                files = {}
            sources = [files[path] for path in sorted(files) if path.lower().endswith(SOURCES)]
            return msgspec.msgpack.encode(fingerprints(sources, template))

        yield serve

    return start


def _template(homework: Homework) -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted(homework.template.rglob("*.py")))
