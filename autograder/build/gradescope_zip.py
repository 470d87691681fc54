"""The zip that is uploaded to Gradescope: machinery, suite and banks of one homework, with the same bytes each time."""

from collections.abc import Iterator
from pathlib import Path

from autograder.build.archive import write_archive
from autograder.engine.bank import read_bank, require_fresh
from autograder.engine.grader import HIDDEN, PUBLIC
from autograder.manifest import HANDED_IN, Homework

__all__ = ["TOP", "members", "write_zip"]

SCRIPTS = ("setup.sh", "run_autograder")
TOP = (*SCRIPTS, "requirements.lock")
SKIPPED = ("__pycache__",)


def members(homework: Homework) -> Iterator[Path]:
    """The files that grading this homework needs, below its root.

    The reference's own modules are among them only where the manifest says `asks_reference`: everything else is
    answered by the bank, and what is not shipped cannot leak.
    """
    root = homework.root
    yield from (root / name for name in TOP)
    yield from sorted((root / "autograder").rglob("*.py"))
    yield from sorted(homework.properties.rglob("*.py"))
    yield homework.template / PUBLIC
    yield from sorted({homework.template / path for problem in homework.problems.values() for path in problem.data})
    yield homework.reference / HIDDEN
    yield homework.reference / "homework.toml"
    yield from sorted((homework.reference / "adapters").glob("*.py"))
    if homework.asks_reference:
        yield from sorted(homework.reference.glob("*.py"))
        yield from sorted(filter(Path.is_file, (homework.reference / HANDED_IN).glob("*")))


def write_zip(homework: Homework, target: Path) -> Path:
    """Writes the zip; raises BankError when a bank does not fit the suite it is shipped with."""
    for bank in (homework.template / PUBLIC, homework.reference / HIDDEN):
        require_fresh(read_bank(bank), homework)
    files = {
        path.relative_to(homework.root).as_posix(): path.read_bytes()
        for path in members(homework)
        if not any(part in SKIPPED for part in path.parts)
    }
    return write_archive(target, files, executable=SCRIPTS)
