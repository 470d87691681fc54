"""All that grading a homework needs, made once and used for any number of submissions."""

import re
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from autograder.engine.archive import Opened, open_packed
from autograder.engine.bank import read_bank, require_fresh
from autograder.engine.data import data_of, with_data
from autograder.engine.properties import Property, load_properties
from autograder.engine.reference import live_reference
from autograder.engine.run import Banks
from autograder.engine.sandbox import Zygote
from autograder.engine.session import Session, Sessions
from autograder.engine.student import Namespace
from autograder.engine.submission import Submission, intake
from autograder.errors import EnvironmentUnusable, InternalFault, StudentError
from autograder.manifest import Homework, Problem

__all__ = ["HIDDEN", "PUBLIC", "Grader", "reachable_python"]

HIDDEN, PUBLIC = "hidden.bank", "public.bank"
MAGICS = "IPython.core.inputtransformer2"
NOTEBOOK_IMPORT = re.compile(rb'(?:"|\\n)[ \t]*((?:import|from) [^"\\]{1,200})')
STUB = b"NotImplementedError"


class Grader:
    """A homework's properties and banks, and the zygotes that fork its workers; close it when done.

    A library of the manifest's `warm` that is not installed stops those who grade (EnvironmentUnusable): it must not
    cost a student's points. Students check all the same what does without it.
    """

    def __init__(self, homework: Homework, *, parts: tuple[str, ...] | None = None, hidden: bool = True) -> None:
        self.homework = homework
        self._absent = frozenset(name for name in homework.warm if find_spec(name.split(".")[0]) is None)
        if hidden and self._absent:
            raise EnvironmentUnusable(
                f"{homework.id} asks for {', '.join(sorted(self._absent))}, which this environment does not have: run "
                "./setup.sh --torch in the checkout, or install it"
            )
        self.properties: tuple[Property, ...] = load_properties(homework, parts)
        public = read_bank(homework.template / PUBLIC)
        secret = read_bank(homework.reference / HIDDEN) if hidden else None
        for bank in (public, secret):
            if bank is not None:
                require_fresh(bank, homework)
        self.banks = Banks(secret, public)
        self._own = not hidden  # without hidden cases this is a student's check of their own files
        self._zygotes: dict[tuple[str, ...], Zygote] = {}
        self._references: dict[str, Namespace | None] = {}
        self._beside: dict[str, tuple[dict[str, bytes], bytes | None]] = {}
        self._needed: tuple[Submission, tuple[str, ...]] | None = None  # the one last asked about, and its libraries

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends every zygote."""
        for zygote in self._zygotes.values():
            zygote.close()
        self._zygotes.clear()

    @property
    def parts(self) -> frozenset[str]:
        """The ids of the parts that are graded."""
        return frozenset(prop.part.id for prop in self.properties)

    def intake(self, path: Path) -> Submission:
        """What was handed in at a path: a folder, an archive, a notebook or a source file.

        Archives are opened in a jailed worker; where there is none, no process is started. Raises SubmissionUnusable.
        """
        return intake(path, self._opened, tuple(problem.file for problem in self.homework.problems.values()))

    def _opened(self, name: str, data: bytes) -> Opened:
        """An archive's files; a zygote that dies over it is started once more."""
        nothing = Submission("", {})
        try:
            return open_packed(self.zygote(nothing), name, data)
        except InternalFault:
            self.close()
            return open_packed(self.zygote(nothing), name, data)

    def sessions(self, submission: Submission, submitters: tuple[str, ...] = ()) -> tuple[Sessions, Sessions]:
        """The submission's sessions for public cases and those for hidden ones; nothing starts before the first call.

        `submitters` are the names by which Gradescope knows who hands in; none where it says nothing.

        The two share no process. What turned out unusable in the public ones is not tried again in the hidden ones,
        where nothing that the student's code says is repeated; a script, which knows of no case, runs once for both.
        Together they have the manifest's `wall_s` seconds.
        """
        until = time.monotonic() + self.homework.wall_s
        public = Sessions(lambda name: self._session(name, submission, until, None, submitters), self.close)
        hidden = Sessions(lambda name: self._session(name, submission, until, public, submitters), self.close)
        return public, hidden

    def _session(
        self, name: str, submission: Submission, until: float, before: Sessions | None, submitters: tuple[str, ...]
    ) -> Session:
        """The session of one problem; `before` are those for public cases when this is one for hidden ones."""
        problem = self.homework.problems[name]
        located = submission.locate(problem.file)
        fault = before.fault_of(name) if before is not None else None
        if located.path is None:
            fault = StudentError("missing", located.note)
        files = submission.files
        if located.path is not None:
            files = with_data(files, problem, located.path, self._ours(problem)[0])
        return Session(
            self.zygote(submission),
            problem,
            files,
            located.path,
            self._ours(problem)[1],
            twin=located.twin,
            fault=fault,
            until=until,
            told=before is None,
            account=before.account_of(name) if before is not None else None,
            submitters=submitters,
        )

    def _ours(self, problem: Problem) -> tuple[dict[str, bytes], bytes | None]:
        """What of ours lies beside a problem's file, and its adapter; read once."""
        if problem.name not in self._beside:
            adapter = (self.homework.reference / problem.adapter).read_bytes() if problem.adapter else None
            self._beside[problem.name] = data_of(self.homework, problem), adapter
        return self._beside[problem.name]

    def _warm_for(self, submission: Submission) -> tuple[str, ...]:
        """The libraries that this submission imports; sources are searched once."""
        if self._needed is None or self._needed[0] is not submission:
            wanted = tuple(problem.file for problem in self.homework.problems.values())
            warm = tuple(name for name in self.homework.warm if name not in self._absent)
            needed = preload(warm, submission, wanted, everywhere=not self._own)
            self._needed = submission, needed
        return self._needed[1]

    def zygote(self, submission: Submission) -> Zygote:
        """A live zygote with the libraries warm that this submission imports."""
        needed = self._warm_for(submission)
        found = self._zygotes.get(needed)
        if found is not None and found.process.poll() is not None:
            found.close()
            found = None
        if found is None:
            found = self._zygotes[needed] = Zygote(needed, python=reachable_python(), own=self._own)
        return found

    def reference(self, name: str) -> Namespace | None:
        """The reference of a problem, imported when first asked for; None where it is not shipped."""
        if name not in self._references:
            problem = self.homework.problems[name]
            here = all((self.homework.reference / f"{module}.py").is_file() for module in problem.reference)
            self._references[name] = live_reference(self.homework, problem) if here else None
        return self._references[name]


def preload(
    warm: tuple[str, ...], submission: Submission, wanted: tuple[str, ...] = (), *, everywhere: bool = True
) -> tuple[str, ...]:
    """Of the libraries that the manifest offers, those whose package the submission imports; numpy always.

    Where a notebook is, or may be, what one of the `wanted` files stands for, what reads its magics is warm too.
    Imports inside functions, and notebooks beside a .py, count only with `everywhere`: a graded call must not pay for
    them, but a student who waits for a check need not wait for a plotting library that no call will use.
    """
    sources = (data for path, data in submission.files.items() if path.lower().endswith((".py", ".py.txt")))
    lines = (line.lstrip() if everywhere else line for data in sources for line in data.split(b"\n"))
    imports = [line[:200] for line in lines if line[:7].startswith((b"import ", b"from "))]
    notebooks = _likely_notebooks(submission, wanted, beside=everywhere)
    imports += [found for path in notebooks for found in NOTEBOOK_IMPORT.findall(submission.files[path])]
    named = {name.decode() for line in imports for name in re.findall(rb"[A-Za-z_0-9]+", line)}
    libraries = tuple(name for name in warm if name == "numpy" or name.split(".")[0] in named)
    return libraries + ((MAGICS,) if notebooks else ())


def _likely_notebooks(submission: Submission, wanted: tuple[str, ...], *, beside: bool) -> set[str]:
    """The notebooks that will be read as code: alone, or `beside` a .py in which something is not written yet."""
    located = [submission.locate(path) for path in wanted]
    alone = {found.path for found in located if found.path is not None and found.path.lower().endswith(".ipynb")}
    twins = {
        found.twin
        for found in located
        if found.path is not None and found.twin is not None and STUB in submission.files[found.path]
    }
    return alone | twins if beside else alone


def reachable_python() -> str:
    """This environment's interpreter by its real folder: another user may not pass through the link in the checkout."""
    link = Path(sys.prefix).resolve() / "bin" / "python"
    return str(link) if link.exists() else sys.executable
