"""What a check works with: the homework's public cases, the student's files as they are, and how it was asked for."""

import shlex
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from autograder.engine.bank import Bank
from autograder.engine.data import adapter_of
from autograder.engine.grader import Grader
from autograder.engine.sandbox import level_of
from autograder.engine.submission import Submission
from autograder.errors import UsageError
from autograder.local.live import LIVE, kept_case
from autograder.local.own import Own, find_own
from autograder.local.run import with_case
from autograder.manifest import Homework

__all__ = ["Asked", "Desk"]


class Asked(NamedTuple):
    """How a check was asked for: what the program was started as, and the options that a replay needs again."""

    started_as: str
    path: Path | None = None
    homework: str | None = None

    @property
    def in_notebook(self) -> bool:
        """Whether it was asked for in a notebook's cell."""
        return self.started_as.startswith("%")

    def replay(self, part: str, case: str) -> str:
        """What is typed to replay a case where this check was asked for."""
        words = [
            *(["--homework", self.homework] if self.homework else []),
            *(["--path", str(self.path)] if self.path else []),
        ]
        return " ".join([self.started_as, "check", *map(shlex.quote, [part, "--case", case, *words])])


class Desk:
    """The parts of a homework to check (None: all) and the student's files; close it when done."""

    def __init__(self, homework: Homework, parts: tuple[str, ...] | None, asked: Asked) -> None:
        self.homework = homework
        self.path = asked.path or Path()
        self.parts = parts
        self.asked = asked
        self.grader = Grader(homework, parts=parts, hidden=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.grader.close()

    def own(self) -> Own:
        """The student's files as they are now; raises UsageError where `path` is a file and no folder."""
        if self.path.is_file():
            raise UsageError(f"{self.path} is a file; this needs the folder with your files")
        return find_own(self.homework, self.path)

    def submission(self) -> Submission:
        """The same as if it had been handed in; a single file is read as the grader would."""
        return self.grader.intake(self.path) if self.path.is_file() else self.own().submission

    @property
    def keeping(self) -> Path:
        """The folder below which found cases are kept: beside the student's files."""
        return self.path.parent if self.path.is_file() else self.path

    def bank_of(self, case: str) -> tuple[Bank | None, str]:
        """The bank that has the case, when it is one found by --live, and the case's id in it.

        Raises UsageError for a case that there is not.
        """
        bank = kept_case(self.keeping, case, self.grader.banks.public) if case.startswith(LIVE) else None
        with_case(self.grader, case.removeprefix(LIVE), bank)
        return bank, case.removeprefix(LIVE)

    def graded_file(self, problem: str) -> str:
        """The student's file that counts for a problem, by its path in their folder."""
        own = self.own()
        return own.notebook_counts(self.homework.problems[problem]) or own.problems[problem][0]

    def adapter_of(self, problem: str) -> bytes | None:
        """The source that stands between the check and the student's file, where there is one."""
        return adapter_of(self.homework, self.homework.problems[problem])

    def notes(self, submission: Submission) -> tuple[str, ...]:
        """Sentences about where files were found, which of two counts, and how far the code is shut in."""
        found = list(submission.notes)
        if not self.path.is_file():
            found += self._file_notes(self.own())
        if level_of(self.grader.zygote(submission).layers) == "process-only":
            found.append("your code runs in a plain process here")
        return tuple(found)

    def _file_notes(self, own: Own) -> list[str]:
        notes = [note for name, note in own.notes.items() if note and own.problems[name]]
        parts = [self.homework.parts[part] for part in self.grader.parts]
        problems = [self.homework.problems[name] for name in sorted({name for part in parts for name in part.problems})]
        counting = {problem.name: book for problem in problems if (book := own.notebook_counts(problem))}
        for name, book in counting.items():
            if own.twin(name):
                notes.append(f"{book} counts: nothing is written in {own.problems[name][0]} yet")
        for problem in problems:
            book = own.twin(problem.name)
            if book and problem.name not in counting and not own.untouched(book, problem):
                main = own.problems[problem.name][0]
                notes.append(f"{main} counts; what is written in {book} is not looked at: use one of the two")
        if counting and self.asked.in_notebook:
            books = ", ".join(sorted(set(counting.values())))
            notes.append(f"this looked at {books} as it was last saved")
        return notes
