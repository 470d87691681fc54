"""The zip for Gradescope that runs an existing suite of tests: machinery, the suite, and how it is to be run."""

from collections.abc import Sequence
from pathlib import Path

from autograder.build.archive import write_archive
from autograder.build.gradescope_zip import SCRIPTS, SKIPPED, TOP
from autograder.errors import UsageError

__all__ = ["FOLDER", "OPTIONS", "write_suite_zip"]

FOLDER, OPTIONS = "suite", "suite.options"
LEFT_OUT = (*SKIPPED, ".git", ".pytest_cache", ".venv")


def write_suite_zip(root: Path, suite: Path, options: Sequence[str], target: Path) -> Path:
    """Writes the zip; `root` is the checkout, `options` are the words of the command that it runs.

    Raises UsageError for a name that no line of a file can hold.
    """
    if any("\n" in word for word in options):
        raise UsageError("an option holds a line end, which the zip cannot keep")
    files = {name: (root / name).read_bytes() for name in TOP}
    for folder, below, pattern in ((root / "autograder", "autograder", "*.py"), (suite, FOLDER, "*")):
        for path in sorted(folder.rglob(pattern)):
            place = path.relative_to(folder)
            if path.is_file() and not any(part in LEFT_OUT for part in place.parts):
                files[f"{below}/{place.as_posix()}"] = path.read_bytes()
    files[OPTIONS] = "".join(f"{word}\n" for word in options).encode()
    return write_archive(target, files, executable=SCRIPTS)
