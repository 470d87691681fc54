"""The small homework as a homework of gradelbo, in a checkout of its own; its cases as data for every peer."""

import pickle
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from autograder.cli import ROOT
from autograder.engine.bank import Bank, read_bank
from autograder.engine.grader import HIDDEN, PUBLIC
from autograder.engine.properties import load_properties
from autograder.manifest import Homework, find_homework

__all__ = ["CASES", "HOMEWORK", "Case", "all_cases", "checkout", "export", "run", "submission"]

HERE = Path(__file__).parent / "homework"
HOMEWORK, PACKAGE = "mixture-vae", "mixture_vae"
FILES = ("mixture.py", "vae.py")
CASES = "cases.pickle"
COPIED = ("tests/conftest.py", "tests/properties/conftest.py")


class Case(NamedTuple):
    """A call of a student's function and what the reference gave for it."""

    function: str
    args: tuple[Any, ...]
    wanted: Any


def checkout(root: Path) -> Homework:
    """A checkout of gradelbo in `root` that holds the small homework alone, with its template and fresh banks."""
    shutil.copytree(ROOT / "autograder", root / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file() and not path.is_symlink():
            shutil.copy2(path, root / path.name)
    shutil.copytree(HERE / "reference", root / "reference", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(HERE / "tests", root / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    for name in COPIED:
        shutil.copy2(ROOT / name, root / name)
    (root / ".venv").symlink_to((ROOT / ".venv").resolve())
    run(root, "build", HOMEWORK, "--unaudited")
    run(root, "freeze", HOMEWORK)
    return find_homework(root, HOMEWORK)


def run(root: Path, *words: str) -> str:
    """What a command of gradelbo prints in this checkout; raises SystemExit with what it said where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *words], cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"gradelbo {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def all_cases(homework: Homework) -> dict[str, list[Case]]:
    """The cases of every check, public ones first, as gradelbo's banks hold them."""
    banks = read_bank(homework.template / PUBLIC), read_bank(homework.reference / HIDDEN)
    return cases_of(homework, banks)


def cases_of(homework: Homework, banks: tuple[Bank, ...]) -> dict[str, list[Case]]:
    """The cases of these banks by check; every property here makes one call, with the instance as its arguments."""
    found: dict[str, list[Case]] = {}
    for prop in load_properties(homework):
        cases = found.setdefault(prop.name, [])
        for bank in banks:
            for case in bank.cases(prop):
                [((function, _), wanted)] = case.answers.items()
                cases.append(Case(function, tuple(case.arguments["instance"]), wanted))
    return found


def export(cases: Mapping[str, list[Case]], folder: Path) -> Path:
    """Writes the cases for the peers: check -> list of (arguments, what the reference gave), pickled."""
    plain = {check: [(case.args, case.wanted) for case in found] for check, found in cases.items()}
    target = folder / CASES
    target.write_bytes(pickle.dumps(plain, protocol=pickle.HIGHEST_PROTOCOL))
    return target


def submission(kind: str, number: int) -> dict[str, str]:
    """File name -> text of what a student hands in, of a kind in handed_in/; no two students' bytes are the same."""
    folder = HERE / "handed_in" / kind
    return {name: (folder / name).read_text(encoding="utf-8") + f"\n# student {number}\n" for name in FILES}
