"""CPU seconds of a grader with all that works for it, and ways that take turns; what every figure here is made of."""

import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

__all__ = ["Spent", "Way", "below", "cpu_s", "medians", "private_mb", "proportional_mb", "turns"]


class Spent(NamedTuple):
    """Seconds of computing and seconds that passed."""

    cpu_s: float
    wall_s: float


Way = Callable[[], object]
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def below(pid: int) -> list[int]:
    """The processes that this one started and that live."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def cpu_s() -> float:
    """CPU seconds so far of this process, its zygotes and all workers that ended; to the kernel's tick for the last."""
    used = os.times()
    total = time.process_time() + used.children_user + used.children_system
    for zygote in below(os.getpid()):
        total += time.clock_gettime((~zygote << 3) | 2)  # clock_getcpuclockid(3)
        total += sum(map(int, _stat(zygote)[15:17])) * TICK_S
    return total


def turns(ways: Mapping[str, Way], rounds: int) -> dict[str, list[Spent]]:
    """What each way took, the ways taking turns: A B A B. Each is tried once before."""
    taken: dict[str, list[Spent]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            used, started = cpu_s(), time.perf_counter()
            way()
            spent = Spent(cpu_s() - used, time.perf_counter() - started)
            if number:
                taken[name].append(spent)
    return taken


def medians(taken: Mapping[str, list[Spent]]) -> dict[str, Spent]:
    """The median of each way."""
    return {name: Spent(*map(statistics.median, zip(*spent, strict=True))) for name, spent in taken.items()}


def private_mb(pid: int) -> float:
    """MiB that a process shares with no other; needs root, or a process that may be looked into."""
    return _rollup(pid, "Private_")


def proportional_mb(pid: int) -> float:
    """MiB of a process, pages that it shares divided by how many share them; 0 for one that is gone."""
    try:
        return _rollup(pid, "Pss:")
    except OSError:
        return 0.0


def _rollup(pid: int, field: str) -> float:
    """MiB of the lines of /proc/PID/smaps_rollup that begin like this."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(found.split()[1]) for found in lines if found.startswith(field)) / 1024


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name, from the state on, as proc(5) counts them from the third."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return ["", "", *fields]


if sys.platform != "linux":
    raise SystemExit("these figures are measured on Linux")
