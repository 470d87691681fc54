"""Every figure of grading's speed beside its target, in one run: a table, and JSON and a plot in build/bench.

usage: python -m bench [--rounds N] [--out FOLDER]

Ratios are of computing time, the ways taking turns, so that another program on the machine changes them little.
"""

import argparse
import importlib.util
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.cli import ROOT
from autograder.manifest import find_homework
from bench import cold, growth, ledger, loop
from bench.rows import Row, draw, keep, line

NUMPY, TORCH = "cs229-ps3", "cse599i-hw1"
TORCH_PARTS = ("8a",)  # what of it is graded by calls
STORED, RESCORE_S = 10_000, 5.0


def submissions(rounds: int) -> Iterator[Row]:
    """A submission in a warm process, right and wrong, over its own calls; and one from cold."""
    for name in (NUMPY, "stratos-a5", TORCH) if importlib.util.find_spec("torch") else (NUMPY,):
        homework = find_homework(ROOT, name)
        parts = TORCH_PARTS if name == TORCH else loop.code_parts(homework)
        calls, found = loop.measured(homework, parts, rounds)
        yield from loop.rows_of(name, calls, found)
        yield from cold.rows_of(homework, parts, max(1, rounds // 2), found["bare loop"].cpu_s)


def growths(rounds: int) -> Iterator[Row]:
    """More cases, more submissions, one more worker."""
    homework = find_homework(ROOT, NUMPY)
    yield from growth.cases(homework, rounds)
    yield from growth.submissions(homework, 4 * rounds)
    yield from growth.memory(homework)


def rescores(rounds: int) -> Iterator[Row]:
    """A new rubric over what is stored."""
    took, _ = ledger.laps(STORED)
    cpu, _ = took["score again"]
    yield Row("rescore, seconds of computing", f"{STORED} submissions", cpu, RESCORE_S, "s")


GROUPS: tuple[Callable[[int], Iterator[Row]], ...] = (submissions, growths, rescores)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench")
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # one core: a fork of many threads would not run on
    print(f"load {os.getloadavg()[0]:.1f}, {options.rounds} rounds")
    rows: list[Row] = []
    for group in GROUPS:
        for row in group(options.rounds):
            print(line(row), flush=True)
            rows.append(row)
    keep(rows, options.out / "bench.json")
    draw(rows, options.out / "bench.png")
    missed = sum(row.met is False for row in rows)
    print(f"{missed} of {sum(row.target is not None for row in rows)} targets missed, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
