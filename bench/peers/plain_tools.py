"""gradescope-utils and pytest-gradescope: a process that imports the student's modules and the tests."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.peers.environments import version_in
from bench.peers.running import Command, Lost, activated

__all__ = ["GradescopeUtils", "PytestGradescope", "lost_in"]

SUITES = Path(__file__).parent / "suites"


class GradescopeUtils:
    """unittest with gradescope-utils' decorators and its runner, laid out as Gradescope's sample for Python."""

    name = "gradescope-utils"
    suite = "gradescope_utils"
    words = ("run_tests.py",)

    def __init__(self, python: Path, place: Path, cases: Path) -> None:
        self.python, self.place, self.cases = python, place, cases
        self.version = version_in(python, self.name)

    def hand_in(self, student: str, files: Mapping[str, str]) -> None:
        """A folder of tests for each student, as each gets a container, with the student's files copied into it."""
        folder = self._folder(student)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(SUITES / self.suite, folder, ignore=shutil.ignore_patterns("__pycache__", "*.txt"))
        shutil.copy2(SUITES / "checking.py", folder)
        shutil.copy2(self.cases, folder)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")

    def alone(self, student: str) -> Command:
        """What the sample's run_autograder starts."""
        (self._folder(student) / "results.json").unlink(missing_ok=True)
        return Command((str(self.python), *self.words), self._folder(student), activated(self.python))

    def all_of(self, students: Sequence[str]) -> list[Command]:
        """One process for each."""
        return [self.alone(student) for student in students]

    def lost_alone(self, student: str) -> Lost:
        """Tests with less than full points."""
        return lost_in(self._folder(student) / "results.json")

    def lost(self, students: Sequence[str]) -> dict[str, Lost]:
        """The same of each."""
        return {student: self.lost_alone(student) for student in students}

    def _folder(self, student: str) -> Path:
        return self.place / self.suite / student


class PytestGradescope(GradescopeUtils):
    """pytest with the plugin pytest-gradescope."""

    name = "pytest-gradescope"
    suite = "pytest_gradescope"
    words = ("-m", "pytest")


def lost_in(results: Path) -> Lost:
    """The checks of a results.json with less than full points, by the tests' names; None where no test has any."""
    try:
        tests = json.loads(results.read_text(encoding="utf-8"))["tests"]
    except (OSError, ValueError, KeyError):
        return None
    lost = frozenset(
        test["name"].split()[0].removeprefix("test_") for test in tests if test["score"] < test["max_score"]
    )
    return lost if tests else None
