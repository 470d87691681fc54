"""What is said while a check runs: a line that moves on a terminal, one line a part elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console

from autograder.engine.properties import Property
from autograder.local.run import Listener
from autograder.scoring.message import clean
from autograder.scoring.verdict import Check, Verdict

__all__ = ["Lines", "listening"]


class Lines:
    """Says one line for each part, when it is done."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._titles: dict[str, str] = {}
        self._checks: list[Check] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._finish()

    def starts(self, prop: Property) -> None:
        """A property of another part ends the one before."""
        if self._checks and self._checks[0].part != prop.part.id:
            self._finish()
        self._titles[prop.part.id] = prop.part.title

    def ends(self, check: Check) -> None:
        """Takes the check down."""
        self._checks.append(check)

    def _finish(self) -> None:
        if self._checks:
            part = self._checks[0].part
            held = sum(check.verdict is Verdict.PASSED for check in self._checks)
            self._say(clean(f"{part} {self._titles[part]}: {held} of {len(self._checks)} hold"))
        self._checks = []


class Moving:
    """Shows on one line which property is running and for how long."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show

    def starts(self, prop: Property) -> None:
        """The line names the property."""
        self._show(clean(f"{prop.part.id} {prop.claim}"))

    def ends(self, check: Check) -> None:
        """Nothing happens: the next one follows at once."""


@contextmanager
def listening(console: Console, *, moving: bool) -> Iterator[Listener]:
    """A listener that prints on this console while the block runs; `moving` where lines can be taken back."""
    if not moving:
        with Lines(lambda text: console.print(text, markup=False, highlight=False, soft_wrap=True)) as lines:
            yield lines
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.table import Column

    what = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis"))
    with Progress(SpinnerColumn(), TimeElapsedColumn(), what, console=console, transient=True) as progress:
        task = progress.add_task("starting", total=None)

        def show(text: str) -> None:
            progress.reset(task, description=text)

        yield Moving(show)
