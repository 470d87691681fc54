"""What the ledger costs: entering, reading, scoring again and comparing thousands of hand-ins of cs229-ps3.

python -m bench.ledger [COUNT]

Verdicts are drawn, nothing is graded. Prints CPU milliseconds a hand-in and bytes on disk.
"""

import random
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from autograder.course.comparing import changes
from autograder.course.grading import Graded, facts_for, score_of, verdicts_of
from autograder.course.handin import Handin, Person
from autograder.course.ledger import Entry, Ledger
from autograder.course.pins import Pins
from autograder.course.rescoring import rescore_run
from autograder.manifest import find_homework
from autograder.scoring.stored import store
from autograder.scoring.verdict import Check, Failure, Verdict

ROOT = Path(__file__).parents[1]
OUTCOMES = [*[Verdict.PASSED] * 8, Verdict.WRONG, Verdict.MISSING]


def drawn(homework, rng):
    """Verdicts of one made-up hand-in, with texts as long as real ones."""
    checks = []
    for part in homework.parts.values():
        for name in part.properties:
            verdict = rng.choice(OUTCOMES)
            failure = None if verdict is Verdict.PASSED else Failure(f"{name} is not the right value", "f(x (3, 2))")
            checks.append(Check(part.id, name, f"What {name} claims, in a sentence of usual length.", verdict, failure))
    return Graded(
        store(checks, [p.id for p in homework.parts.values() if p.pays], ()), {"level": "strict"}, seconds=1.0
    )


def laps(count):
    """CPU and wall seconds of entering, scoring again and comparing so many hand-ins, and what there is to say."""
    homework = find_homework(ROOT, "cs229-ps3")
    rng = random.Random(1)  # noqa: S311 - made-up verdicts
    pins = Pins(homework.id, "s", "b", "e", tuple(sorted(p.id for p in homework.parts.values() if p.pays)))
    some = [drawn(homework, rng) for _ in range(200)]
    took = {}

    def lap(name, began):
        took[name] = (time.process_time() - began[0], time.perf_counter() - began[1])

    def now():
        return time.process_time(), time.perf_counter()

    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / "ledger.sqlite") as ledger:
        run = ledger.begin("k", pins, "r", "made up")
        began = now()
        for number in range(count):
            graded = some[number % len(some)]
            kept = ledger.keep(pins, f"d{number}", graded)
            handin = Handin(f"submission_{number}", (Person(f"Name {number}", str(number), f"s{number}@example.edu"),))
            score = score_of(homework, verdicts_of(graded.stored), facts_for(handin, None))
            ledger.enter(run, Entry(handin, f"d{number}", "graded", "", kept, score))
        lap("enter, each committed by itself", began)
        began = now()
        again = rescore_run(ledger, run, homework)
        lap("score again", began)
        began = now()
        found = sum(1 for _ in changes(ledger, run, again))
        lap("compare", began)
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
    said = (
        f"{count} hand-ins of {len(some[0].stored.checks)} checks; {found} differ; {size / count / 1024:.1f} KiB each"
    )
    packed = f"of these verdicts {len(msgspec.msgpack.encode(some[0].stored)) / 1024:.1f} KiB before they are packed"
    return took, [said, packed]


def main() -> None:
    """The command."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    took, said = laps(count)
    print(*said, sep="\n")
    for name, (cpu, wall) in took.items():
        print(f"{name:<34} {1000 * cpu / count:7.3f} ms CPU each, {cpu:6.2f} s CPU, {wall:6.2f} s in all")


if __name__ == "__main__":
    main()
