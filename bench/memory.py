"""The memory that grading a whole homework needs: of the command and all that it starts, what is shared counted once.

usage: python -m bench.memory [HOMEWORK ...] [--folder SUBMISSION]

Gradescope's smallest container has 768 MiB. The reference's own files are handed in unless a folder is given; the
largest sum of proportional set sizes (proc(5)) seen while it runs is printed. Needs root, or workers of the same user.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from autograder.cli import ROOT
from autograder.manifest import find_homework
from bench.loop import folder_of
from bench.measure import below, proportional_mb
from bench.rows import Row, line

__all__ = ["peak_mb"]

CONTAINER_MB = 768.0
STEP_S = 0.05
LOST_POINTS = 1  # the status of a grading that went well, of a submission that did not


def peak_mb(command: Sequence[str]) -> float:
    """The most that a command and all that it starts hold together, in MiB; looked at every STEP_S seconds."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    most = 0.0
    while process.poll() is None:
        waiting, held = [process.pid], 0.0
        while waiting:
            pid = waiting.pop()
            held += proportional_mb(pid)
            waiting += below(pid)
        most = max(most, held)
        time.sleep(STEP_S)
    if process.returncode > LOST_POINTS:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return most


def row_of(name: str, folder: Path | None) -> Row:
    """A row for one homework."""
    homework = find_homework(ROOT, name)
    with tempfile.TemporaryDirectory() as place:
        given = folder or folder_of(homework, Path(place) / "in", wrong=False)
        results = str(Path(place) / "results.json")
        command = [sys.executable, "-m", "autograder", "grade", str(given), "--homework", name, "--results", results]
        return Row("memory of all processes together", name, peak_mb(command), CONTAINER_MB, "MiB")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("homeworks", nargs="*", default=["cs229-ps3"])
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    for name in options.homeworks:
        print(line(row_of(name, options.folder)), flush=True)


if __name__ == "__main__":
    main()
