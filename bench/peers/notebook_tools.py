"""otter-grader and nbgrader: a kernel runs a notebook of the student's functions, and the tests in it."""

import json
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.peers.environments import version_in
from bench.peers.measuring import KINDS
from bench.peers.running import Command, Lost, activated, environ

__all__ = ["Nbgrader", "OtterGrader", "cell", "graded_below", "notebook", "source_cells"]

SUITES = Path(__file__).parent / "suites"
FAILED = re.compile(r"^\s*(\w+) result:\s+❌", re.MULTILINE)
ASSIGNMENT = "em"
SOLUTION = "### BEGIN SOLUTION\npass\n### END SOLUTION\n"


def cell(source: str, **metadata: Any) -> dict[str, Any]:
    """A cell of code."""
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": source}


def notebook(cells: Sequence[Mapping[str, Any]]) -> str:
    """A notebook of these cells as text."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    found = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(found, indent=1)


class OtterGrader:
    """Exception-based test files, packed by `otter generate`; `otter run` grades one notebook."""

    name = "otter-grader"

    def __init__(self, python: Path, place: Path, cases: Path) -> None:
        self.python, self.place = python, place / "otter"
        self.version = version_in(python, self.name)
        self.place.mkdir(parents=True)
        shutil.copytree(SUITES / "otter_grader" / "tests", self.place / "tests")
        shutil.copy2(SUITES / "checking.py", self.place)
        shutil.copy2(cases, self.place)
        options = ("--tests-dir", "tests", "--no-requirements", "--no-environment")
        must(python, ("otter", "generate", *options, "checking.py", cases.name), self.place, place)

    def hand_in(self, student: str, files: Mapping[str, str]) -> None:
        """A notebook with a cell for each file."""
        folder = self.place / "submitted" / student
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "em.ipynb").write_text(notebook([cell(text) for text in files.values()]), encoding="utf-8")

    def alone(self, student: str) -> Command:
        """`otter run`, which is what runs in a container too."""
        folder = self.place / "submitted" / student
        (folder / "results.json").unlink(missing_ok=True)
        words = (
            "run",
            "--autograder",
            "autograder.zip",
            "--output-dir",
            str(folder),
            "--no-logo",
            f"{folder}/em.ipynb",
        )
        return Command((str(self.python.with_name("otter")), *words), self.place, activated(self.python))

    def all_of(self, students: Sequence[str]) -> list[Command]:
        """One `otter run` for each: `otter grade` starts the same in containers."""
        return [self.alone(student) for student in students]

    def lost_alone(self, student: str) -> Lost:
        """The test cases that failed, from the summaries in results.json."""
        try:
            text = (self.place / "submitted" / student / "results.json").read_text(encoding="utf-8")
        except OSError:
            return None
        rows = [row for row in json.loads(text)["tests"] if "max_score" in row]
        return frozenset(name for row in rows for name in FAILED.findall(row["output"])) if rows else None

    def lost(self, students: Sequence[str]) -> dict[str, Lost]:
        """The same of each."""
        return {student: self.lost_alone(student) for student in students}


class Nbgrader:
    """Cells of tests in a notebook; `nbgrader autograde` grades all students whose names fit, in one process.

    Two courses, each with every second pair of students, so that two processes work at once and share no database.
    """

    name = "nbgrader"

    def __init__(self, python: Path, place: Path, cases: Mapping[str, str], data: Path) -> None:
        self.python = python
        self.version = version_in(python, self.name)
        self.courses = [place / "nbgrader" / name for name in ("even", "odd")]
        self.count = 0
        self.course: dict[str, Path] = {}
        for course in self.courses:
            source = course / "source" / ASSIGNMENT
            source.mkdir(parents=True)
            shutil.copy2(SUITES / "checking.py", source)
            shutil.copy2(data, source)
            (source / "em.ipynb").write_text(notebook(source_cells(cases)), encoding="utf-8")
            (course / "nbgrader_config.py").write_text(
                f"c = get_config()\nc.CourseDirectory.course_id = {course.name!r}\n"
            )
            must(python, ("nbgrader", "generate_assignment", ASSIGNMENT), course, place)

    def hand_in(self, student: str, files: Mapping[str, str]) -> None:
        """The released notebook with the student's code in its two cells for solutions, in the courses by turns."""
        if student not in self.course:
            self.course[student] = self.courses[self.count // len(KINDS) % len(self.courses)]  # as many of each kind
            self.count += 1
        course = self.course[student]
        released, target = course / "release" / ASSIGNMENT, course / "submitted" / student / ASSIGNMENT
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(released, target)
        filled = json.loads((target / "em.ipynb").read_text(encoding="utf-8"))
        for each in filled["cells"]:
            name = each["metadata"]["nbgrader"]["grade_id"] + ".py"
            if name in files:
                each["source"] = files[name]
        (target / "em.ipynb").write_text(json.dumps(filled), encoding="utf-8")

    def alone(self, student: str) -> Command:
        """`nbgrader autograde` for one student; what was graded before is graded again."""
        return self._autograde(self.course[student], student)

    def all_of(self, students: Sequence[str]) -> list[Command]:
        """A process for each course, none of which has grades; the names must be all that begin as the first does."""
        for course in self.courses:
            shutil.rmtree(course / "autograded", ignore_errors=True)
            with closing(sqlite3.connect(course / "gradebook.db")) as gradebook, gradebook:
                gradebook.execute(NO_GRADES)
        return [self._autograde(course, f"{students[0][0]}*") for course in self.courses]

    def lost_alone(self, student: str) -> Lost:
        """Grades below the cell's points, from the gradebook."""
        with closing(sqlite3.connect(self.course[student] / "gradebook.db")) as gradebook:
            return graded_below(gradebook.execute(GRADES, (student,)).fetchall())

    def lost(self, students: Sequence[str]) -> dict[str, Lost]:
        """The same of each."""
        return {student: self.lost_alone(student) for student in students}

    def _autograde(self, course: Path, students: str) -> Command:
        words = ("autograde", ASSIGNMENT, f"--student={students}", "--force")
        return Command((str(self.python.with_name("nbgrader")), *words), course, activated(self.python))


NO_GRADES = "update grade set auto_score = null, manual_score = null"
GRADES = """
select base_cell.name, coalesce(grade.manual_score, grade.auto_score), grade_cells.max_score from grade
join base_cell on base_cell.id = grade.cell_id join grade_cells on grade_cells.id = grade.cell_id
join submitted_notebook on submitted_notebook.id = grade.notebook_id
join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
where submitted_assignment.student_id = ?"""


def graded_below(rows: Sequence[tuple[str, float | None, float]]) -> Lost:
    """The cells with less than their points, of (cell, grade, points); None where a cell was never graded.

    nbgrader enters a submission with empty grades before it runs it, and leaves them where that fails.
    """
    if not rows or any(grade is None for _, grade, _ in rows):
        return None
    return frozenset(name for name, grade, most in rows if grade is not None and grade < most)


def must(python: Path, words: Sequence[str], folder: Path, home: Path) -> None:
    """Runs a program of this environment; raises SystemExit with what it said where it fails."""
    command, env = [str(python.with_name(words[0])), *words[1:]], environ(home) | activated(python)
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def source_cells(cases: Mapping[str, str]) -> list[dict[str, Any]]:
    """The instructor's cells: two for solutions, one of tests for each check; `cases` maps checks to functions."""
    cells = [cell(SOLUTION, nbgrader=_marks(name, solution=True)) for name in ("mixture", "vae")]
    for check, function in cases.items():
        text = f'for args, wanted in CASES["{check}"]:\n    near({function}(*args), wanted)\n'
        if not check.endswith("matches_reference"):
            text = f"### BEGIN HIDDEN TESTS\n{text}### END HIDDEN TESTS\n"
        marks = _marks(check, grade=True, locked=True, points=1)
        cells.append(cell(f"from checking import CASES, near\n\n{text}", nbgrader=marks))
    return cells


def _marks(name: str, **also: Any) -> dict[str, Any]:
    """What nbgrader keeps of a cell, in the third version of its form."""
    marks = {"grade": False, "grade_id": name, "locked": False, "schema_version": 3, "solution": False, "task": False}
    return marks | also
