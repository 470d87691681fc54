"""Fails when grading got slower against the students' own code: a ratio worse than 1.5 times the stored one, twice.

usage: python -m bench.guard [--store]

A short measurement of the regrade of one homework in computing time; `bench/ratios.json` holds what is stored.
"""

import argparse
import json
import os
from pathlib import Path

from autograder.cli import ROOT
from autograder.manifest import find_homework
from bench.loop import code_parts, measured, ratios_of

HOMEWORK, ROUNDS = "cs229-ps3", 3
STORED = Path(__file__).with_name("ratios.json")
WORSE = 1.5
TRIES = 2
KEPT = 3


def found() -> dict[str, float]:
    """The ratios now, on one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    homework = find_homework(ROOT, HOMEWORK)
    _, spent = measured(homework, code_parts(homework), ROUNDS)
    return {name: round(ratio, 3) for name, ratio in ratios_of({way: s.cpu_s for way, s in spent.items()}).items()}


def worse(now: dict[str, float], stored: dict[str, float]) -> list[str]:
    """The names of ratios that are worse than WORSE times the stored ones; one that is not stored is not judged."""
    return [name for name, ratio in now.items() if name in stored and ratio > WORSE * stored[name]]


def main() -> None:
    """The command: status 1 when a ratio is worse twice in a row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", action="store_true", help="keep the worst of what is measured now, three times")
    if parser.parse_args().store:
        runs = [found() for _ in range(KEPT)]
        worst = {name: max(run[name] for run in runs) for name in runs[0]}
        STORED.write_text(json.dumps(worst, indent=2) + "\n", encoding="utf-8")
        return
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    slow: list[str] = []
    for _ in range(TRIES):
        now = found()
        slow = [name for name in worse(now, stored) if not slow or name in slow]
        for name, ratio in now.items():
            print(f"{name:<28} {ratio:8.2f}, stored {stored.get(name, float('nan')):8.2f}")
        print(f"load {os.getloadavg()[0]:.1f}" + (f": slower in {', '.join(slow)}" if slow else ""))
        if not slow:
            return
    raise SystemExit(f"grading is more than {WORSE} times as slow as it was: {', '.join(slow)}")


if __name__ == "__main__":
    main()
