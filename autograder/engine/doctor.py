"""What this machine offers for grading: every wall tried, Python, torch, memory, clock, load; advice where it lacks."""

import contextlib
import importlib.metadata
import importlib.util
import os
import re
import stat
import time
from pathlib import Path
from typing import Any, NamedTuple

from autograder.engine.grader import reachable_python
from autograder.engine.sandbox import Zygote, level_of
from autograder.errors import InternalFault

__all__ = ["Finding", "Report", "as_data", "as_text", "examine"]

MIB = 1024 * 1024
FREE_MIB = 512
BUSY = 2.0  # processes waiting for each processor
DAY_S = 86_400
CGROUP_MEMORY = (("memory.max", "memory.current"), ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"))
FAR_S = 100 * 365 * DAY_S

# layer -> what it keeps, and what to do where it is missing
LAYERS = {
    "session": ("signals to the grader's group", "Run on a system with POSIX sessions."),
    "environment": ("what the environment holds", "Report this: it needs nothing of the system."),
    "limits": ("processor, memory, descriptors", "Run on Linux: other systems do not enforce these limits."),
    "capabilities": (
        "powers of root",
        "Run as root, in a container: workers are then other users without any power.",
    ),
    "user": ("the grader's files and processes", "Run as root, in a container: each worker is then a user of its own."),
    "death signal": ("workers that outlive the grader", "Run on Linux."),
    "not dumpable": ("a worker's memory", "Run on Linux."),
    "no new privileges": ("set-uid programs", "Run on Linux 3.5 or newer."),
    "landlock": (
        "every file but Python's and the worker's own",
        "Use Linux 5.13 or newer with Landlock switched on (in a container: Docker 23 or newer).",
    ),
    "seccomp": (
        "new processes and programs, sockets, dangerous system calls",
        "Run on Linux on x86-64 or arm64 with seccomp; a container's profile may refuse it.",
    ),
}


class Finding(NamedTuple):
    """One thing that was looked at: whether it is as it should be, what was found, what to do if not."""

    name: str
    good: bool
    found: str
    advice: str = ""


class Report(NamedTuple):
    """All findings, and the level at which this machine grades."""

    level: str
    findings: tuple[Finding, ...]

    @property
    def fit(self) -> bool:
        """Whether real submissions may be graded here without a flag."""
        return self.level == "strict" and all(f.good for f in self.findings if f.name == "python")


def examine() -> Report:
    """Looks at this machine; starts one zygote and no worker."""
    layers, python = _walls(reachable_python())
    findings = [_layer(name, name in layers) for name in LAYERS]
    findings += [python, torch_plan(), memory(_available()), clock(time.time(), _built()), load(_load())]
    return Report(level_of(layers), tuple(findings))


def as_text(report: Report) -> str:
    """The report for a person."""
    lines = [f"level: {report.level}"]
    for finding in report.findings:
        lines.append(f"{'ok  ' if finding.good else '--  '}{finding.name:<18} {finding.found}")
        if not finding.good and finding.advice:
            lines.append(f"    {'':<18} {finding.advice}")
    if report.level != "strict":
        lines.append("Real submissions should be graded at level strict: `gradelbo grade` asks for --allow-level here.")
    return "\n".join(lines)


def as_data(report: Report) -> dict[str, Any]:
    """The report for a program."""
    return {"level": report.level, "fit": report.fit, "findings": [finding._asdict() for finding in report.findings]}


def unreachable_folder(path: Path) -> Path | None:
    """The first folder on the way to `path` that other users may not pass through."""
    way = [*reversed(path.parents), path]
    return next((folder for folder in way if folder.is_dir() and not folder.stat().st_mode & stat.S_IXOTH), None)


def torch_plan() -> Finding:
    """Whether torch, where it is installed, is a build without CUDA."""
    try:
        version = importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        return Finding("torch", True, "not installed; only homework that needs it asks for it")
    spec = importlib.util.find_spec("torch")
    folder = Path(spec.origin).parent if spec is not None and spec.origin else Path()
    extra = sum(1 for found in importlib.metadata.distributions() if str(found.name).lower().startswith("nvidia-"))
    return judge_torch(version, _cuda_of(folder / "version.py"), extra)


def judge_torch(version: str, cuda: str, extra: int) -> Finding:
    """`cuda`: the CUDA version that the build names, "" for none; `extra`: how many nvidia packages are installed."""
    advice = "Install torch from its CPU index (setup.sh does): the CUDA build takes gigabytes and is never used."
    told = f"{version}, {f'built for CUDA {cuda}' if cuda else 'without CUDA'}, {extra} nvidia packages"
    return Finding("torch", not cuda and not extra, told, advice)


def memory(available_mib: int) -> Finding:
    """Whether there is memory for a worker."""
    advice = f"Free some memory: a worker needs {FREE_MIB} MiB, with torch about 1 GiB more."
    return Finding("memory", available_mib >= FREE_MIB, f"{available_mib} MiB free", advice)


def clock(now: float, built: float) -> Finding:
    """Whether the clock shows a time after these files were written, and not a century later."""
    good = built - DAY_S <= now <= built + FAR_S
    told = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(now)) if abs(now) < 10 * FAR_S else str(now)
    return Finding("clock", good, told, "Set the clock: late days and results carry its time.")


def load(waiting: float) -> Finding:
    """Whether the processors are free enough; `waiting` processes for each of them."""
    advice = "Wait until other work is done: time limits count processor time, but waiting has its limit too."
    return Finding("load", waiting <= BUSY, f"{waiting:.1f} processes for each processor", advice)


def _walls(python: str) -> tuple[frozenset[str], Finding]:
    """The layers that hold, and whether their workers can read Python."""
    try:
        with Zygote((), python=python) as zygote:
            layers, missing = zygote.layers, zygote.unreachable
    except InternalFault as fault:
        return frozenset(), Finding("python", False, f"{python}: no worker starts ({fault})", "Run setup.sh again.")
    closed = unreachable_folder(Path(python).resolve()) or unreachable_folder(Path(python))
    told = python if not missing else f"workers cannot read {', '.join(missing)}"
    where = f" ({closed} is closed to others)" if missing and closed else ""
    advice = "Install it where every user may pass, outside root's home; setup.sh run by root does."
    return layers, Finding("python", not missing, told + where, advice)


def _layer(name: str, holds: bool) -> Finding:
    keeps, advice = LAYERS[name]
    return Finding(name, holds, f"{'guards' if holds else 'missing; would guard'}: {keeps}", advice)


def _cuda_of(file: Path) -> str:
    """The CUDA version that torch's version file names."""
    try:
        found = re.search(r"^cuda\b[^=]*=\s*'([^']*)'", file.read_text(encoding="utf-8"), re.M)
    except OSError:
        return ""
    return found[1] if found else ""


def _available() -> int:
    """MiB that a new process could have: of the machine, and of the container where it has a limit."""
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MIB]
    with contextlib.suppress(OSError):  # no such file where it is not Linux
        table = Path("/proc/meminfo").read_text(encoding="ascii")
        found += [int(kib) // 1024 for kib in re.findall(r"^MemAvailable:\s+(\d+) kB", table, re.M)]
    for names in CGROUP_MEMORY:
        with contextlib.suppress(OSError, ValueError):  # no such file, or "max"
            limit, used = (int(Path("/sys/fs/cgroup", name).read_text(encoding="ascii")) for name in names)
            found.append((limit - used) // MIB)
    return min(found)


def _built() -> float:
    return Path(__file__).stat().st_mtime


def _load() -> float:
    return os.getloadavg()[0] / (os.cpu_count() or 1)
