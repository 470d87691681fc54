"""Runs suites of tests for the harness' own tests: under isolation, and by the suites' own runners for comparison."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from autograder.scoring.gradescope import encode
from autograder.suites.grade import Graded, grade_suite, order_for
from autograder.suites.talk import Limits

SUITES = Path(__file__).parent / "suites"
LIMITS = Limits(test_s=4, memory_mb=512, wall_s=200)

# gradescope-utils has no runner for pytest: what its decorators say, read as its unittest runner does
COUNTING = """
import json, sys
import pytest

class Count:
    rows = {}
    def pytest_runtest_makereport(self, item, call):
        if call.when == "call" or call.excinfo is not None:
            f = item.function
            weight = getattr(f, "__weight__", None)
            score = getattr(f, "__score__", None)
            if score is None and weight is not None:
                score = 0 if call.excinfo else weight
            self.rows[item.name] = [score, weight, getattr(f, "__leaderboard_value__", None)]

pytest.main(["-q", "-p", "no:cacheprovider", "--rootdir=.", "-c", "/dev/null", "."], plugins=[Count()])
json.dump(Count.rows, open(sys.argv[1], "w"))
"""


def suite_at(folder: Path, **files: str) -> Path:
    """A folder with files; `test_a="…"` becomes test_a.py."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def run(source: Path, submission: Path, **wanted: Any) -> Graded:
    """A submission graded by a suite, at whatever level this machine shuts it in; the results are valid."""
    graded = grade_suite(order_for(source, submission, **{"limits": LIMITS, "level": "", **wanted}))
    encode(graded.results)
    return graded


def points(graded: Graded) -> dict[str, tuple[float | None, float | None]]:
    """Score and maximum by the name of the row."""
    return {row.name: (row.score, row.max_score) for row in graded.results.tests}


def row(graded: Graded, name: str) -> Any:
    """The row whose name begins so."""
    (found,) = [row for row in graded.results.tests if row.name.startswith(name)]
    return found


def by_unittest(source: Path, folder: Path, **modules: str) -> dict[str, Any]:
    """What gradescope-utils' own runner writes, the student's modules beside the tests as in its sample."""
    return _by_own(source, folder, modules, ["run_tests.py"])


def by_pytest(source: Path, folder: Path, **modules: str) -> dict[str, Any]:
    """[score, weight, leaderboard value] by test, from pytest itself in the student's process."""
    (folder / "work").mkdir(parents=True)
    (folder / "work" / "count.py").write_text(COUNTING)
    return _by_own(source, folder, modules, ["count.py"])


def _by_own(source: Path, folder: Path, modules: dict[str, str], words: list[str]) -> dict[str, Any]:
    work, target = folder / "work", folder / "own.json"
    shutil.copytree(source, work, dirs_exist_ok=True)
    suite_at(work, **modules)
    command = [sys.executable, "-B", *words, str(target)]
    subprocess.run(command, cwd=work, capture_output=True, check=False, timeout=120)
    found: dict[str, Any] = json.loads(target.read_text())
    return found
