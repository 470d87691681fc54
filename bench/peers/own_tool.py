"""gradelbo itself, with all walls: `run_autograder` in folders as Gradescope's, `gradelbo regrade` for a class."""

import json
import shutil
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder import __version__
from autograder.commands.ledgers import NAME, chosen_run
from autograder.course.ledger import Ledger
from bench.peers.checkout import HOMEWORK, PACKAGE, run
from bench.peers.running import AT_ONCE, Command, Lost

__all__ = ["Gradelbo"]


class Gradelbo:
    """A checkout with the small homework, and its zip for Gradescope unpacked as Gradescope unpacks it."""

    name = "gradelbo"
    version = __version__

    def __init__(self, root: Path, place: Path) -> None:
        self.root, self.place = root, place / "gradelbo"
        self.image = self.place / "autograder"
        self.files: dict[str, Mapping[str, str]] = {}
        run(root, "build", HOMEWORK, "--gradescope", "--unaudited")
        source = self.image / "source"
        with zipfile.ZipFile(root / "dist" / f"{HOMEWORK}-gradescope.zip") as packed:
            packed.extractall(source)
        shutil.copy2(source / "run_autograder", self.image)
        (source / ".venv").symlink_to((root / ".venv").resolve())

    def hand_in(self, student: str, files: Mapping[str, str]) -> None:
        """Kept until it is graded: both ways want their own folders."""
        self.files[student] = files

    def alone(self, student: str) -> Command:
        """What Gradescope starts for each submission."""
        shutil.rmtree(self.image / "results", ignore_errors=True)
        self._write(student, self.image / "submission")
        also = {"GRADESCOPE_ROOT": str(self.image)}
        return Command(("sh", str(self.image / "run_autograder")), self.image, also)

    def all_of(self, students: Sequence[str]) -> list[Command]:
        """One `gradelbo regrade` with as many processes as other tools are started at once, into a new ledger."""
        shutil.rmtree(self.place / "class", ignore_errors=True)
        shutil.rmtree(self.place / "runs", ignore_errors=True)
        for student in students:
            self._write(student, self.place / "class" / student)
        words = ("regrade", str(self.place / "class"), "--homework", HOMEWORK)
        where = ("--out", str(self.place / "runs"), "--jobs", str(AT_ONCE))
        return [Command((sys.executable, "-m", "autograder", *words, *where), self.root)]

    def lost_alone(self, student: str) -> Lost:
        """The verdicts in results.json; none where the file says that grading did not finish."""
        try:
            found = json.loads((self.image / "results" / "results.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if found["extra_data"].get("internal"):
            return None
        verdicts = [row["extra_data"]["verdicts"] for row in found["tests"]]
        return frozenset(check for part in verdicts for check, verdict in part.items() if verdict != "passed")

    def level(self) -> str:
        """How far the last `alone` shut the submission in."""
        found = json.loads((self.image / "results" / "results.json").read_text(encoding="utf-8"))
        return str(found["extra_data"]["level"])

    def lost(self, students: Sequence[str]) -> dict[str, Lost]:
        """The verdicts in the ledger; a hand-in that has none has no results."""
        found: dict[str, Lost] = dict.fromkeys(students)
        with Ledger(self.place / "runs" / NAME) as ledger:
            for entry in ledger.entries(chosen_run(ledger, None, HOMEWORK, finished=True)):
                if entry.graded is not None:
                    parts = ledger.verdicts(entry.graded).values()
                    lost = frozenset(check for part in parts for check, verdict in part.items() if verdict != "passed")
                    found[entry.handin.id] = lost
        return found

    def _write(self, student: str, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        (folder / PACKAGE).mkdir(parents=True)
        for name, text in self.files[student].items():
            (folder / PACKAGE / name).write_text(text, encoding="utf-8")
