"""What a worker tells about the file that it loaded, checked for its form and made into sentences for the student."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import Any, NamedTuple, Self

from autograder.engine.worker import IMPORT_S, NOT_ALLOWED, REFUSALS, text_of, texts
from autograder.errors import StudentError

__all__ = ["LoadReport", "while_loading"]

LOST = frozenset(("NameError", "AttributeError"))  # what a name raises that a failed cell did not define


class FailedCell(NamedTuple):
    """A cell that did not run to its end, in the worker's words."""

    number: int
    text: str
    refusal: str

    def sentence(self, file: str, *, told: bool) -> str:
        """The cell and its file, that it did not run and, if `told`, why: with what the student's code raised."""
        why = REFUSALS.get(self.refusal, self.text) if told else ""
        return f"cell {self.number} of {PurePosixPath(file).name} did not run{': ' if why else ''}{why}"


@dataclass(frozen=True)
class LoadReport:
    """What came of loading a file: the functions that are not there, what is there instead, the cells that failed.

    `held` are the cells that would have defined a name; all of it is a worker's claim, good for sentences only.
    """

    file: str
    missing: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    odd: dict[str, str] = field(default_factory=dict)
    held: dict[str, FailedCell] = field(default_factory=dict)
    failed: tuple[FailedCell, ...] = ()
    left_out: tuple[str, ...] = ()

    @classmethod
    def of(cls, file: str, answer: dict[str, Any]) -> Self:
        """The report in a worker's answer; what has another form than it must have is dropped."""
        odd, held, failed = (answer.get(key) for key in ("odd", "held", "failed"))
        cells = [_failed_cell(item) for item in (failed if type(failed) is list else [])[:10]]
        named = {name: _failed_cell(item) for name, item in (held if type(held) is dict else {}).items()}
        return cls(
            file,
            tuple(texts(answer.get("missing"))),
            tuple(texts(answer.get("names"))),
            {name: text_of(kind, length=80) for name, kind in odd.items()} if type(odd) is dict else {},
            {name: cell for name, cell in named.items() if cell is not None},
            tuple(cell for cell in cells if cell is not None),
            tuple(texts(answer.get("notes"), most=10, length=400)),
        )

    def notes(self, twin: str | None) -> tuple[str, ...]:
        """What the student should know about how the file was read; `twin` is the notebook beside a .py file."""
        name = PurePosixPath(self.file).name
        chosen = (f"{name} was graded, because nothing of its problem is written in {PurePosixPath(name).stem}.py",)
        return (chosen if self.file == twin else ()) + tuple(
            f"{name}, {note} was left out: shell commands, installs and unknown magics do not run here"
            for note in self.left_out
        )

    def unwritten(self, function: str, wanted: tuple[str, ...], *, told: bool) -> StudentError:
        """Why a function cannot be called, as far as that is known."""
        file = PurePosixPath(self.file).name
        if function in self.odd:
            what = f" (it is of type {self.odd[function]})" if told else ""
            return StudentError("missing", f"{function} in {file} is not callable{what}: make it a function")
        if function in self.held:
            why = self.held[function].sentence(self.file, told=told)
            return StudentError("missing", f"{function} is not there, because {why}")
        near = get_close_matches(
            function, [name for name in self.names if name.isidentifier() and name not in wanted], 1
        )
        hint = f"; there is a {near[0]}: if that is it, rename it to {function}" if near and told else ""
        return StudentError("missing", f"{file} has no function {function}{hint}")

    def blamed(self, error: StudentError, function: str, *, told: bool) -> StudentError:
        """The error of a call, with the cell that failed before where that may be the reason."""
        cell = None
        if error.verdict == "missing":
            cell = self.held.get(function) or next(iter(self.held.values()), None)
        elif error.verdict == "raised" and not LOST.isdisjoint(error.kinds):
            cell = next(iter((*self.held.values(), *self.failed)), None)
        if cell is None:
            return error
        reason = f"{error.reason}; {cell.sentence(self.file, told=told)}"
        return StudentError(error.verdict, reason, text=error.text, kinds=error.kinds)


def while_loading(error: StudentError, file: str, cell: int, *, told: bool) -> StudentError:
    """A fault at import, said as such; `cell` is the notebook's cell that ran (0: none); `told`: with its own words."""
    if not told:
        return StudentError(error.verdict, f"{file} cannot be imported: {error.reason}", kinds=error.kinds)
    if error.reason == NOT_ALLOWED and error.text:  # said by the worker before anything of the submission ran
        return StudentError(error.verdict, error.text, kinds=error.kinds)
    main = "under `if __name__ == '__main__':`"
    place = f"cell {cell} of {PurePosixPath(file).name}"
    slow = f"importing {file} took too long; put the work at its top level {main}"
    if cell:
        slow = (
            f"{place} took too long: all cells together may compute for {IMPORT_S:g} s or so; put such work {main}, "
            "which is left out here"
        )
    reasons = {
        "timeout": slow,
        "memory": f"{place if cell else f'importing {file}'} needed more memory than it may use",
    }
    if error.verdict in reasons:
        text = f" ({error.text})" if error.text else ""
        return StudentError(error.verdict, reasons[error.verdict] + text, kinds=error.kinds)
    where = f" (in cell {cell})" if cell else ""
    return StudentError(
        error.verdict, f"{file} cannot be imported: {error.text or error.reason}{where}", kinds=error.kinds
    )


def _failed_cell(item: Any) -> FailedCell | None:
    if type(item) is not list or len(item) != 3 or type(item[0]) is not int:
        return None
    return FailedCell(item[0], text_of(item[1]), text_of(item[2], length=40))
