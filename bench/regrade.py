"""What regrading a class costs: seconds and memory, from the 30th hand-in to the last.

python -m bench.regrade [--homework cs229-ps3] [--students 300] [--light] [--jobs 2]

Grades made-up students for real. Prints hand-ins a minute, CPU seconds each, and the resident memory of the supervisor
and of all that works below it.
"""

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

from autograder.course.export import open_export
from autograder.course.ledger import Ledger
from autograder.course.regrade import local_pool, plan_regrade, regrade
from autograder.engine.grader import Grader
from autograder.manifest import find_homework
from bench.measure import below
from tests.harness.course.synthetic import students, write_export

ROOT = Path(__file__).parents[1]
TINY = ROOT / "tests" / "harness" / "tiny"
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20
FIRST = 30


def resident_mb(pid: int) -> float:
    """Resident memory of a process; 0 for one that is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_MB
    except OSError:
        return 0.0


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--homework", default="cs229-ps3")
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--light", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    homework = find_homework(TINY if options.homework == "tiny-hw" else ROOT, options.homework)
    seen: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as name, Grader(homework) as grader:
        drawn = students(homework, options.students, 1, light=options.light)
        export = open_export(write_export(drawn, Path(name) / "in"))

        def say(done: object) -> None:
            graders = below(os.getpid())
            seen.append((resident_mb(os.getpid()), max(map(resident_mb, graders), default=0.0)))

        with Ledger(Path(name) / "ledger.sqlite") as ledger:
            plan = plan_regrade(grader, export, ledger)
            began = time.perf_counter()
            with local_pool(grader, options.jobs) as pool:
                regrade(plan, grader, ledger, pool, say)
            took = time.perf_counter() - began
            size = sum(path.stat().st_size for path in Path(name).glob("ledger.*")) / len(seen) / 1024
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    count, graded = len(seen), len(plan.to_grade)
    print(f"{count} hand-ins, {graded} graded, {options.jobs} jobs: {took:.1f} s, {60 * count / took:.0f} a minute")
    print(
        f"CPU of the graders {(used.ru_utime + used.ru_stime) / max(1, graded):.2f} s each; {size:.1f} KiB each on disk"
    )
    if count > FIRST:
        for what, column in (("supervisor", 0), ("largest grader", 1)):
            first, last = seen[FIRST][column], max(row[column] for row in seen[-10:])
            change = 100 * (last / first - 1) if first else 0.0
            print(f"{what}: {first:.0f} MiB at the {FIRST}th, {last:.0f} MiB at the last ({change:+.1f} %)")


if __name__ == "__main__":
    main()
