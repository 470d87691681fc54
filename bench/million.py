"""What a million submissions would take on a cluster: simulated with the seconds that a ledger has measured.

python -m bench.million LEDGER [--submissions 1000000] [--cores 250] [--lost-after 1000] [--seed 1]

One supervisor hands out tasks and commits answers, one after the other; machines of eight cores have two tasks a core
under way and are lost now and then, with what they had. Prints hours, how busy cores and supervisor are, and repeats.
"""

import argparse
import heapq
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

MACHINE = 8  # cores
AHEAD = 2  # tasks a core has under way: one runs, one waits
HAND_OUT_S = 0.001  # of the scheduler, a task
COMMIT_S = 0.001  # of the supervisor, an answer
BACK_S = 300.0  # until a lost machine is replaced
HOUR_S = 3600.0


class Outcome(NamedTuple):
    """What came of it: how many were graded, hours, how busy cores and supervisor were, losses, what was done again."""

    graded: int
    hours: float
    cores_busy: float
    supervisor_busy: float
    machines_lost: int
    repeated: int


def simulate(
    seconds: Sequence[float], submissions: int, cores: int, lost_after_h: float, rng: np.random.Generator
) -> Outcome:
    """Grades so many submissions, each as long as one of `seconds`; a core is lost once in `lost_after_h` hours."""
    machines = max(1, cores // MACHINE)
    work = rng.choice(np.asarray(seconds, dtype=float), submissions).tolist()
    waits = [(0.0, machine, core) for machine in range(machines) for core in range(MACHINE)]
    heapq.heapify(waits)  # cores by the time at which they are free
    mean_s = lost_after_h * HOUR_S / MACHINE
    fails = rng.exponential(mean_s, machines).tolist()
    supervisor = busy = supervised = end = 0.0
    graded = lost = repeated = 0
    while work:
        free, machine, core = heapq.heappop(waits)
        if free >= fails[machine]:  # the machine is gone: what it had is done again, after it is back
            lost += 1
            back = fails[machine] + BACK_S
            fails[machine] = back + float(rng.exponential(mean_s))
            heapq.heappush(waits, (max(free, back), machine, core))
            continue
        supervisor = max(supervisor, free - AHEAD * HAND_OUT_S) + HAND_OUT_S + COMMIT_S
        supervised += HAND_OUT_S + COMMIT_S
        took = work.pop()
        done = max(free, supervisor) + took
        if done > fails[machine]:
            work.append(took)
            repeated += 1
            busy += max(0.0, fails[machine] - max(free, supervisor))
        else:
            graded += 1
            busy += took
            end = max(end, done)
        heapq.heappush(waits, (done, machine, core))
    return Outcome(graded, end / HOUR_S, busy / (machines * MACHINE * end), supervised / end, lost, repeated)


def measured(ledger: Path) -> list[float]:
    """The seconds that each of a ledger's verdicts took."""
    with sqlite3.connect(f"file:{ledger}?mode=ro", uri=True) as db:
        found = [seconds for (seconds,) in db.execute("SELECT seconds FROM verdicts")]
    if not found:
        raise SystemExit(f"{ledger} has no verdicts: regrade a class into it first")
    return found


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--submissions", type=int, default=1_000_000)
    parser.add_argument("--cores", type=int, default=250)
    parser.add_argument("--lost-after", type=float, default=1000.0, help="core hours between two losses of a machine")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seconds = measured(options.ledger)
    rng = np.random.default_rng(options.seed)
    found = simulate(seconds, options.submissions, options.cores, options.lost_after, rng)
    quantiles = ", ".join(f"{q:.3g}" for q in np.quantile(seconds, (0.5, 0.9, 0.99, 1.0)))
    print(f"{len(seconds)} measured: mean {np.mean(seconds):.3g} s; half, nine tenths, 99 %, all within {quantiles} s")
    print(
        f"{found.graded} on {options.cores} cores: {found.hours:.3g} h, cores {found.cores_busy:.1%} busy, "
        f"supervisor {found.supervisor_busy:.1%}, {found.machines_lost} machines lost, {found.repeated} done again"
    )


if __name__ == "__main__":
    main()
