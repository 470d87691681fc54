"""`gradelbo freeze`: makes both banks of a homework under pinned numerics, or compares them with the disk."""

import secrets
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from autograder.engine.bank import Bank, read_bank, write_bank
from autograder.engine.grader import HIDDEN, PUBLIC, reachable_python
from autograder.engine.properties import load_properties
from autograder.engine.record import record_bank
from autograder.engine.reference import reference_session
from autograder.engine.sandbox import Zygote
from autograder.errors import BankError
from autograder.manifest import Homework, find_homework

__all__ = ["NUMERICS", "freeze_homework", "in_pinned_process"]

SEED = "seed.txt"
# the same bits from every x86-64 machine with AVX2, whatever newer instructions it has
NUMERICS = {
    "OPENBLAS_CORETYPE": "Haswell",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR",
    "PYTHONHASHSEED": "0",
}


def in_pinned_process(
    root: Path, homework: str, environment: Mapping[str, str], *, new_seed: bool, compare: bool
) -> int:
    """Runs the freeze in a child whose numerics give the same bits on every machine; gives its exit code."""
    words = [homework, *(["--new-seed"] if new_seed else []), *(["--compare"] if compare else [])]
    command = [sys.executable, "-W", "ignore::ImportWarning", "-m", "autograder", "freeze", *words, "--pinned"]
    return subprocess.run(command, cwd=root, env=dict(environment) | NUMERICS, check=False).returncode


def freeze_homework(
    root: Path, homework: str | None, *, new_seed: bool, compare: bool, say: Callable[[str], None]
) -> int:
    """Makes the public and the hidden bank; writes them, or with `compare` says whether the disk holds the same."""
    found = find_homework(root, homework)
    seed_file = found.reference / SEED
    fresh = secrets.token_hex(16) if new_seed and not compare else ""
    if not fresh and not seed_file.is_file():
        raise BankError(f"there is no {seed_file}; `gradelbo freeze {found.id} --new-seed` makes one")
    public, hidden = make_banks(found, fresh or seed_file.read_text(encoding="ascii").strip())
    if fresh:  # only now: the seed on disk is always that of the banks on disk
        seed_file.write_text(f"{fresh}\n", encoding="ascii")
    differ = 0
    for path, bank in ((found.template / PUBLIC, public), (found.reference / HIDDEN, hidden)):
        place = path.relative_to(root)
        count = sum(len(entry.cases) for entry in bank.entries)
        if not compare:
            write_bank(path, bank)
            size = path.stat().st_size / 1024
            say(f"{place}: {count} cases of {len(bank.entries)} properties, {size:.0f} KiB, digest {bank.digest}")
        elif (old := read_bank(path).digest) != bank.digest:
            differ += 1
            say(f"{place}: on disk {old}, made again {bank.digest}: run `gradelbo freeze {found.id}`, commit the bank")
        else:
            say(f"{place}: the same, bit for bit ({bank.digest})")
    return int(differ > 0)


def make_banks(homework: Homework, seed: str) -> tuple[Bank, Bank]:
    """The public bank, then the hidden one without the public cases."""
    properties = load_properties(homework)
    with Zygote(homework.warm, python=reachable_python()) as zygote:
        sessions = {name: reference_session(homework, problem, zygote) for name, problem in homework.problems.items()}
        try:
            public = record_bank(homework, properties, sessions, kind="public", seed=f"public {homework.id}")
            hidden = record_bank(homework, properties, sessions, kind="hidden", seed=seed, without=public)
        finally:
            for session in sessions.values():
                session.close()
    return public, hidden
