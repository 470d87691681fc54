"""One submission from cold, as Gradescope grades it: start, grading and end, over the imports and the calls alone.

usage: python -m bench.cold [HOMEWORK] [--parts A,B] [--rounds N]
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
from autograder.engine.grader import Grader, preload, reachable_python
from autograder.engine.pipeline import grade
from autograder.engine.submission import Submission
from autograder.manifest import Homework, find_homework
from bench.loop import code_parts, folder_of, measured
from bench.measure import Spent, medians
from bench.rows import Row, line

__all__ = ["rows_of"]

TARGET = 1.6


def libraries(homework: Homework, folder: Path) -> tuple[str, ...]:
    """The libraries that the submission in this folder imports."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    wanted = tuple(problem.file for problem in homework.problems.values())
    return preload(homework.warm, Submission("", files), wanted)


def taken(command: Sequence[str]) -> Spent:
    """What a command takes, all that it starts included."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(used, time.perf_counter() - started)


def rows_of(homework: Homework, parts: tuple[str, ...], rounds: int, calls_s: float) -> list[Row]:
    """Computing from cold over that of the imports and the calls, which take `calls_s`; and the seconds that pass."""
    with tempfile.TemporaryDirectory() as name:
        folder = folder_of(homework, Path(name), wrong=False)
        once = [sys.executable, "-m", "bench.cold", homework.id, "--parts", ",".join(parts), "--once", str(folder)]
        imports = [reachable_python(), "-c", "import " + ", ".join(libraries(homework, folder))]
        commands = {"graded": once, "imports": imports}
        found: dict[str, list[Spent]] = {name: [] for name in commands}
        for _ in range(rounds):
            for what, command in commands.items():
                found[what].append(taken(command))
    spent = medians(found)
    alone = spent["imports"].cpu_s + calls_s
    return [
        Row("from cold, over imports and calls", homework.id, spent["graded"].cpu_s / alone, TARGET),
        Row("from cold, seconds that pass", homework.id, spent["graded"].wall_s, unit="s"),
    ]


def main() -> None:
    """The command; with `--once` it is what gets measured: a fresh process that grades one folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("homework", nargs="?", default="cs229-ps3")
    parser.add_argument("--parts", help="only these, with commas between them")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    homework = find_homework(ROOT, options.homework)
    parts = tuple(options.parts.split(",")) if options.parts else code_parts(homework)
    if options.once:
        with Grader(homework, parts=parts) as grader:
            grade(grader, options.once)
        return
    print(f"load {os.getloadavg()[0]:.1f}")
    _, found = measured(homework, parts, 1)
    for row in rows_of(homework, parts, options.rounds, found["bare loop"].cpu_s):
        print(line(row))


if __name__ == "__main__":
    main()
