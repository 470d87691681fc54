"""What the walls cost: starting a worker with and without them, interleaved in one run; prints medians and ratios.

usage: python -m bench.walls [--rounds N] [--json FILE]
"""

import argparse
import importlib.util
import json
import os
import statistics
import time
from pathlib import Path

from autograder.engine.grader import reachable_python
from autograder.engine.sandbox import Zygote
from autograder.engine.worker import Budget

BUDGET = Budget(call_s=2, total_s=30, memory_mb=512)
TARGETS_MS = {"numpy": 10.0, "numpy+torch": 25.0}
WALLS_MS = 2.0


def measure(preload: tuple[str, ...], rounds: int) -> dict[str, float]:
    """Median milliseconds from the request to a worker that is ready, by which walls stand, and of closing it."""
    with Zygote(preload, python=reachable_python()) as zygote:
        ways = {
            "all walls": frozenset(),
            "no walls": zygote.layers,
            "without seccomp": frozenset({"seccomp"}),
            "without Landlock": frozenset({"landlock"}),
        }
        times: dict[str, list[float]] = {name: [] for name in (*ways, "close")}
        for _ in range(rounds):
            for name, without in ways.items():
                started = time.perf_counter()
                worker = zygote.fork(BUDGET, without=without)
                times[name].append(time.perf_counter() - started)
                started = time.perf_counter()
                worker.close()
                times["close"].append(time.perf_counter() - started)
    return {name: round(statistics.median(values) * 1e3, 2) for name, values in times.items()}


def row(what: str, got: float, target: float) -> str:
    """One line of the table: a figure beside its target."""
    return f"  {what:<34} {got:8.2f} ms   target {target:g} ms: {'met' if got <= target else 'MISSED'}"


def main() -> None:
    """Measures each zygote there is and prints every figure with its target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}, {options.rounds} rounds")
    preloads = [("numpy",)] + ([("numpy", "torch")] if importlib.util.find_spec("torch") else [])
    found = {"+".join(preload): measure(preload, options.rounds) for preload in preloads}
    for name, times in found.items():
        print(f"{name} zygote: {', '.join(f'{what} {ms:g} ms' for what, ms in times.items())}")
        print(row("a jailed worker, ready", times["all walls"], TARGETS_MS[name]))
        print(row("the walls' share of it", times["all walls"] - times["no walls"], WALLS_MS))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
