"""Which files of a student's folder are the homework's own: what `check` looks at and `pack` hands in."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.engine.submission import Submission
from autograder.errors import SubmissionUnusable
from autograder.imports import reached
from autograder.local.source import code_of
from autograder.manifest import HANDOUT, Homework, Problem
from autograder.members import COUNT_LIMIT, FILE_LIMIT, JUNK_FOLDERS
from autograder.source.notebook import ENDING, is_notebook
from autograder.source.twins import notebook_counts, untouched

__all__ = ["Own", "find_own"]

CODE = (".py", ENDING)
OURS = ("autograder", HANDOUT, "reference", "student_template", "tests")  # beside a student's files, not theirs


@dataclass(frozen=True)
class Own:
    """The homework's own files below `folder`, by their path in it.

    `problems` lists for every problem the files it is made of, the one to hand in first, with its twin (the notebook
    or .py of the same name) and the local modules that these import; it is empty where nothing was found, and `notes`
    then says what was found instead. `files` maps the manifest's other files to whether they are there.
    """

    folder: Path
    contents: Mapping[str, bytes]
    problems: Mapping[str, tuple[str, ...]]
    notes: Mapping[str, str]
    files: Mapping[str, bool]

    @property
    def submission(self) -> Submission:
        """These files as if they had been handed in; one that is too large is left out, as the grader would."""
        kept = {path: data for path, data in self.contents.items() if len(data) <= FILE_LIMIT}
        return Submission(self.folder.resolve().name, kept)

    def twin(self, problem: str) -> str | None:
        """The notebook of a problem that has a .py file too; None when there is only one of them."""
        return next((path for path in self.problems[problem][1:] if is_notebook(path)), None)

    def notebook_counts(self, problem: Problem) -> str | None:
        """The notebook that is graded for this problem; None when the .py file is.

        It is when there is no .py file, or when nothing is written in that yet and something in the notebook.
        """
        found = self.problems[problem.name]
        if not problem.runs:
            return None
        if not found or is_notebook(found[0]):
            return found[0] if found else None
        if (twin := self.twin(problem.name)) is None:
            return None
        python, notebook = self.contents[found[0]], self.contents[twin]
        return twin if notebook_counts(python, notebook, problem.watch or problem.functions) else None

    def untouched(self, path: str, problem: Problem) -> bool:
        """Whether nothing of the problem is written in this file yet; what cannot be read was written by somebody."""
        return untouched(path, self.contents[path], problem.watch or problem.functions)

    def watched(self, homework: Homework) -> dict[str, tuple[Path, ...]]:
        """Per problem the files whose change calls for another check, those that are not there yet among them."""
        wanted = {name: _pair(problem.file) for name, problem in homework.problems.items()}
        extra = tuple(self.folder / path for path in self.files)
        return {
            name: (*(self.folder / path for path in dict.fromkeys((*wanted[name], *found))), *extra)
            for name, found in self.problems.items()
        }


def find_own(homework: Homework, folder: Path) -> Own:
    """The homework's own files below a folder.

    A problem's file is looked for at its place, then by its name anywhere; so is the notebook of that name. With
    neither, a notebook that is the only one there serves. Raises SubmissionUnusable where `folder` is none, or where
    it holds nothing of the homework.
    """
    if not folder.is_dir():
        raise SubmissionUnusable(f"{folder} cannot be read: it is no folder; give the one with your files (--path)")
    candidates: list[str] | None = None
    problems: dict[str, list[str]] = {}
    notes: dict[str, str] = {}
    for name, problem in homework.problems.items():
        found = [path for path in _pair(problem.file) if (folder / path).is_file()]
        if problem.file not in found:
            candidates = list(_walk(folder, _endings(homework))) if candidates is None else candidates
            others, note = _elsewhere(problem, candidates)
            if not found or (others and not is_notebook(others[0])):
                found, notes[name] = list(dict.fromkeys((*others, *found))), note
        problems[name] = found
    files = {path: (folder / path).is_file() for path in homework.files}
    if not any(problems.values()) and not any(files.values()):
        wanted = ", ".join(problem.file for problem in homework.problems.values())
        raise SubmissionUnusable(f"{folder} holds none of the files of {homework.id}: {wanted}; is --path right?")
    contents: dict[str, bytes] = {path: _read(folder / path) for path, there in files.items() if there}
    for name, found in problems.items():
        contents |= {path: _read(folder / path) for path in found}
        beside = _beside(homework.problems[name], folder, found)
        contents |= {path: _read(folder / path) for path in beside}
        found += beside
        for path in [path for path in found if path.endswith(CODE)]:
            found += [module for module in _modules(folder, path, contents) if module not in found]
    return Own(folder, contents, {name: tuple(found) for name, found in problems.items()}, notes, files)


def _pair(file: str) -> tuple[str, ...]:
    """The wanted .py path and the notebook of that name beside it; of what is no code the path alone."""
    if not file.endswith(".py"):
        return (file,)
    return file, str(PurePosixPath(file).with_suffix(ENDING))


def _elsewhere(problem: Problem, candidates: list[str]) -> tuple[list[str], str]:
    """Where a problem's file lies if not at its place, with its twin; what there is instead."""
    there = Submission("", dict.fromkeys(candidates, b""))
    for wanted in _pair(problem.file):
        if (located := there.locate(wanted)).path is not None:
            if not problem.runs:
                return [located.path], located.note
            twins = [path for path in _pair(str(PurePosixPath(located.path).with_suffix(".py"))) if path in candidates]
            return sorted(twins, key=is_notebook), located.note
    books = [path for path in candidates if is_notebook(path)]
    if len(books) == 1 and problem.runs:
        return books, ""
    return [], there.locate(problem.file).note


def _beside(problem: Problem, folder: Path, found: list[str]) -> list[str]:
    """The files that belong to a training run and lie beside its checkpoint."""
    home = PurePosixPath(found[0]).parent if found else PurePosixPath(problem.file).parent
    return [str(home / name) for name in problem.beside if found and (folder / home / name).is_file()]


def _modules(folder: Path, file: str, contents: dict[str, bytes]) -> tuple[str, ...]:
    """The local modules that a file imports, itself or through others; their contents are added to `contents`."""
    near = PurePosixPath(file).parent
    beside = [str(near / path) for path in _walk(folder / near) if path.endswith(".py")]
    texts = {file: contents[file]} | {path: _read(folder / path) for path in beside}
    found = reached({path: _text(path, data) for path, data in texts.items()}, file)[1:]
    contents.update({path: texts[path] for path in found})
    return found


def _text(path: str, data: bytes) -> str:
    try:
        return code_of(path, data)
    except (SyntaxError, ValueError):
        return ""


def _endings(homework: Homework) -> tuple[str, ...]:
    """What the names of files end in that could be a problem's: code, and whatever else is handed in."""
    others = (PurePosixPath(problem.file).suffix for problem in homework.problems.values() if not problem.runs)
    return (*CODE, *others, *([".pt"] if any(p.kind == "artifact" for p in homework.problems.values()) else ()))


def _walk(folder: Path, endings: tuple[str, ...] = CODE) -> Iterator[str]:
    """The files with these endings below a folder, in order; no caches, no environments, nothing of this program."""
    count = 0
    for place, folders, names in os.walk(folder):
        inner = Path(place)
        ours = OURS if (inner / "autograder" / "cli.py").is_file() else ()
        skipped = (*JUNK_FOLDERS, *ours)
        folders[:] = sorted(
            name
            for name in folders
            if name not in skipped and not name.startswith(".") and not (inner / name / "pyvenv.cfg").exists()
        )
        for name in sorted(names):
            path = inner / name  # a pipe, or a link to nothing, is no file of theirs
            if name.endswith(endings) and not name.startswith(".") and path.is_file():
                yield path.relative_to(folder).as_posix()
                count += 1
        if count > COUNT_LIMIT:
            return


def _read(path: Path) -> bytes:
    """The file's content, one byte more than the limit at most: what is too large is for `pack` to say."""
    try:
        with path.open("rb") as f:
            return f.read(FILE_LIMIT + 1)
    except OSError as error:
        raise SubmissionUnusable(f"{path} cannot be read: {error.strerror}") from None
