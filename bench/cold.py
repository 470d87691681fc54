"""One submission from cold, as Gradescope grades it: the whole command over the imports that it cannot do without.

usage: python -m bench.cold [HOMEWORK] [--rounds N]
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from autograder.cli import ROOT
from autograder.engine.grader import preload, reachable_python
from autograder.engine.submission import Submission
from autograder.manifest import Homework, find_homework
from bench.loop import folder_of
from bench.measure import Spent, medians
from bench.rows import Row, line

__all__ = ["measured", "rows_of"]

TARGET = 1.6


def libraries(homework: Homework, folder: Path) -> tuple[str, ...]:
    """The libraries that the submission in this folder imports."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    wanted = tuple(problem.file for problem in homework.problems.values())
    return preload(homework.warm, Submission("", files), wanted)


def taken(command: Sequence[str]) -> tuple[Spent, float]:
    """What a command takes, all that it starts included, and the largest memory of one of its processes, in MiB."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(used, time.perf_counter() - started), usage.ru_maxrss / 1024


def measured(homework: Homework, rounds: int) -> tuple[dict[str, Spent], float]:
    """The medians of grading and of importing, taking turns, and the largest memory of a process of grading, in MiB."""
    with tempfile.TemporaryDirectory() as name:
        folder = folder_of(homework, Path(name) / "in", wrong=False)
        results = str(Path(name) / "results.json")
        grading = [sys.executable, "-m", "autograder", "grade", str(folder), "--homework", homework.id]
        imports = "import " + ", ".join(libraries(homework, folder))
        commands = {
            "graded": [*grading, "--results", results],
            "imports": [reachable_python(), "-c", imports],
        }
        found: dict[str, list[Spent]] = {name: [] for name in commands}
        peak = 0.0
        for _ in range(rounds):
            for what, command in commands.items():
                spent, memory = taken(command)
                found[what].append(spent)
                peak = max(peak, memory)
    return medians(found), peak


def rows_of(homework: Homework, rounds: int) -> list[Row]:
    """Computing from cold over that of the imports, and the seconds that pass."""
    found, peak = measured(homework, rounds)
    return [
        Row("from cold, over the imports", homework.id, found["graded"].cpu_s / found["imports"].cpu_s, TARGET),
        Row("from cold, seconds that pass", homework.id, found["graded"].wall_s, unit="s"),
        Row("from cold, largest process", homework.id, peak, unit="MiB"),
    ]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("homework", nargs="?", default="cs229-ps3")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    for row in rows_of(find_homework(ROOT, options.homework), options.rounds):
        print(line(row))


if __name__ == "__main__":
    main()
