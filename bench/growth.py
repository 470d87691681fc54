"""How the cost of grading grows with cases and with submissions, and what one more worker needs of memory.

usage: python -m bench.growth [HOMEWORK] [--rounds N]
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from autograder.cli import ROOT
from autograder.engine.bank import Bank
from autograder.engine.grader import Grader
from autograder.engine.pipeline import grade
from autograder.engine.run import Banks
from autograder.manifest import Homework, find_homework
from bench.loop import bare, calls_of, code_parts, folder_of
from bench.measure import below, cpu_s, medians, private_mb, turns
from bench.rows import Row, line

__all__ = ["cases", "memory", "submissions"]

SLOPE, LATER, PRIVATE_MB = 1.2, 1.2, 10.0
FEW = 0.25  # the share of the cases that the first point of the line has


def cases(homework: Homework, rounds: int) -> list[Row]:
    """What a case more costs, over what its calls cost in a bare loop: the slopes of two straight lines."""
    with tempfile.TemporaryDirectory() as place, Grader(homework, parts=code_parts(homework)) as grader:
        folder = folder_of(homework, Path(place) / "in", wrong=False)
        problems = {prop.problem for prop in grader.properties}
        whole, some = grader.banks, _fewer(grader.banks, FEW)
        many = calls_of(grader)
        grader.banks = some
        few = calls_of(grader)

        def graded(banks: Banks) -> Callable[[], object]:
            def way() -> object:
                grader.banks = banks
                return grade(grader, folder)

            return way

        ways = {
            "bare, few": lambda: bare(homework, problems, few),
            "bare": lambda: bare(homework, problems, many),
            "graded, few": graded(some),
            "graded": graded(whole),
        }
        found = {name: spent.cpu_s for name, spent in medians(turns(ways, rounds)).items()}
    slope = (found["graded"] - found["graded, few"]) / (found["bare"] - found["bare, few"])
    return [Row("growth in cases, over the bare loop's", f"{homework.id}, {len(few)}-{len(many)} calls", slope, SLOPE)]


def submissions(homework: Homework, count: int) -> list[Row]:
    """What the last submissions of many cost over what the first cost, in one process."""
    with tempfile.TemporaryDirectory() as place, Grader(homework, parts=code_parts(homework)) as grader:
        folder = folder_of(homework, Path(place) / "in", wrong=False)
        grade(grader, folder)
        spent = []
        for _ in range(count):
            used = cpu_s()
            grade(grader, folder)
            spent.append(cpu_s() - used)
    quarter = max(1, count // 4)
    later = statistics.median(spent[-quarter:]) / statistics.median(spent[:quarter])
    return [Row("growth in submissions, last over first", f"{homework.id}, {count} of them", later, LATER)]


def memory(homework: Homework) -> list[Row]:
    """What a worker that has answered every call of its problem holds for itself, the largest of all problems."""
    with tempfile.TemporaryDirectory() as place, Grader(homework, parts=code_parts(homework)) as grader:
        submission = grader.intake(folder_of(homework, Path(place) / "in", wrong=False))
        public, _ = grader.sessions(submission)
        for call in calls_of(grader):
            session = public.of(call.problem)
            session.start_part()
            try:
                getattr(session.student(), call.function)(*call.args, **call.kwargs)
            except Exception:  # noqa: BLE001, S112 - input that must be refused is among them
                continue
        workers = [worker for zygote in below(os.getpid()) for worker in below(zygote)]
        most = max(map(private_mb, workers))
        public.close()
    return [Row("memory of a worker for itself", homework.id, most, PRIVATE_MB, "MiB")]


def _fewer(banks: Banks, share: float) -> Banks:
    """Both banks with the first of each property's cases."""
    return Banks(banks.hidden and _share(banks.hidden, share), _share(banks.public, share))


def _share(bank: Bank, share: float) -> Bank:
    """The bank with the first of each property's cases."""
    entries = [
        msgspec.structs.replace(entry, cases=entry.cases[: max(1, round(len(entry.cases) * share))])
        for entry in bank.entries
    ]
    return msgspec.structs.replace(bank, entries=entries)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("homework", nargs="?", default="cs229-ps3")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    homework = find_homework(ROOT, options.homework)
    print(f"load {os.getloadavg()[0]:.1f}")
    for row in (*cases(homework, options.rounds), *submissions(homework, 4 * options.rounds), *memory(homework)):
        print(line(row))


if __name__ == "__main__":
    main()
