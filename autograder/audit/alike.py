"""Which survivors do nothing else than the reference: by a large independent sample, or because somebody says why."""

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.audit.corpus import corpus_of
from autograder.audit.mutate import Mutant
from autograder.audit.operators.arrays import TRANSPOSES
from autograder.engine.bank import write_bank
from autograder.engine.freeze import NUMERICS
from autograder.engine.run import Banks
from autograder.errors import InternalFault, UsageError
from autograder.manifest import Homework

__all__ = ["DECLARED", "Declared", "differences", "read_declared"]

DECLARED = "equivalent.toml"
PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Declared:
    """Mutants that are no mistakes, by digest, and the reason, which a reader can check."""

    function: str
    mutants: tuple[str, ...]
    reason: str


def read_declared(homework: Homework) -> tuple[Declared, ...]:
    """What tests/corpus/<hw>/equivalent.toml declares; nothing where there is no such file.

    Raises UsageError for a table without a reason, or without mutants, and for anything else in the file.
    """
    path = corpus_of(homework) / DECLARED
    if not path.is_file():
        return ()
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: {error}") from None
    if others := content.keys() - {"equivalent"}:
        raise UsageError(f"{path}: {min(others)!r} is nothing that it can say: each declaration is one [[equivalent]]")
    found = []
    for table in content.get("equivalent", []):
        function, mutants, reason = table.get("function"), table.get("mutants"), table.get("reason")
        if not function or not mutants or not reason or set(table) - {"function", "mutants", "reason"}:
            raise UsageError(f"{path}: every [[equivalent]] needs `function`, `mutants` and `reason`, and nothing else")
        found.append(Declared(function, tuple(mutants), reason))
    return tuple(found)


def differences(homework: Homework, problem: str, mutants: Sequence[Mutant], banks: Iterable[Banks]) -> list[str]:
    """For each mutant the first call on which it differs from the reference; empty where none was found.

    The sample are the cases of these banks and bent ones; it runs in a process of its own with pinned numerics. A
    transpose is not judged by arrays with more axes than the signature names: with one axis it changes nothing.
    """
    if not mutants:
        return []
    with tempfile.TemporaryDirectory(prefix="gradelbo-audit-") as name:
        folder = Path(name)
        paths = []
        for i, pair in enumerate(banks):
            for bank in (pair.public, pair.hidden):
                if bank is not None:
                    paths.append(folder / f"{i}-{bank.kind}.bank")
                    write_bank(paths[-1], bank)
        sources = [folder / f"m{i}.py" for i in range(len(mutants))]
        for path, mutant in zip(sources, mutants, strict=True):
            path.write_text(mutant.source, encoding="utf-8")
        request = {
            "root": str(homework.root.resolve()),
            "package": homework.package,
            "problem": problem,
            "banks": [str(path) for path in paths],
            "mutants": [str(path) for path in sources],
            "turns": [mutant.operator in TRANSPOSES for mutant in mutants],
        }
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "autograder.audit.sample"],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            cwd=PROJECT,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"} | NUMERICS,
            check=False,
        )
    lines = done.stdout.splitlines()
    if done.returncode or len(lines) != len(mutants):
        raise InternalFault(f"comparing mutants of {problem} with the reference failed: {done.stderr.strip()[-800:]}")
    return [json.loads(line)["different"] for line in lines]
