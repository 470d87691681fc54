"""The pytest plugin that runs a suite: what each test declares, which worker it gets, and what became of it.

It runs unittest's test cases as well: their order, names, subtests, skips and expected failures are unittest's.
"""

import contextlib
import signal
import sys
import unittest
import zlib
from collections.abc import Callable, Generator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from autograder.errors import CannotProxy, GradelboError, StudentFault, UsageError
from autograder.suites.declared import declared, forget_values, set_values
from autograder.suites.link import Link
from autograder.suites.outcome import Declared, Outcome
from autograder.suites.places import FAULTS, fault
from autograder.suites.proxies import Broken, far_of
from autograder.suites.streams import legible

__all__ = ["SuitePlugin"]

TEXT_LIMIT = 20_000
OWN_S = 30.0  # CPU seconds that a test's own code may take
AGAIN_S = 2.0
Say = Callable[[dict[str, Any]], None]


class SuitePlugin:
    """What pytest tells, as messages for the grader. `share`: test, class or all; `done`: what has an outcome."""

    def __init__(
        self, link: Link, say: Say, start: Path, *, share: str, done: frozenset[str], test_wall_s: float, digest: str
    ) -> None:
        self.link = link
        self.say = say
        self.start = start
        self.share = share
        self.done = done
        self.test_wall_s = test_wall_s
        self.digest = digest
        self.errors: list[str] = []
        self.reports: list[Any] = []
        self.declared: dict[str, Declared] = {}

    # --- collection ---------------------------------------------------------------------------------------------------

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Puts test cases in unittest's order, leaves out what is the student's, and tells what there is."""
        mine = [item for item in items if isinstance(item, pytest.Function) and not _is_theirs(item.function)]
        files = {file: index for index, file in enumerate(dict.fromkeys(str(item.path) for item in mine))}
        mine.sort(key=lambda item: (files[str(item.path)], _class_name(item)))
        for item in mine:
            try:
                self.declared[item.nodeid] = declared(item.nodeid, self._name(item), item.function)
            except UsageError as error:
                self.errors.append(str(error))
        kept = [item for item in mine if item.nodeid in self.declared]
        self.say({"collected": [self.declared[item.nodeid] for item in kept]})
        items[:] = [item for item in kept if item.nodeid not in self.done]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be read as tests is told by its last lines."""
        if report.failed:
            said = report.longreprtext.strip().splitlines()
            self.errors.append(f"{report.nodeid} could not be loaded: {' '.join(said[-1:])[:500]}")

    # --- one test -----------------------------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Function) -> Generator[None, Any, Any]:
        """One test from its start to its outcome, within its time."""
        self.say({"start": item.nodeid})
        self.reports = []
        forget_values(item.function)
        _seed(f"{item.nodeid} {self.digest}")
        self.link.begin(item.nodeid, self._unit(item))
        with _alarm(OWN_S, self.test_wall_s):
            found = yield
        self.link.end()
        self.say({"outcome": self._outcome(item)})
        return found

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Where errors are hidden, so is what the student's code prints, unless the test itself reads it."""
        if self.declared[item.nodeid].hide:
            self.link.quiet = (sys.stdout, sys.stderr)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Says of a failure what kind it is."""
        report = yield
        report.blame = None if call.excinfo is None else _blame(call.excinfo.value)
        return report

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keeps the reports of a test: its phases and its subtests."""
        self.reports.append(report)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Generator[None, Any, Any]:
        """What a fixture of several tests asks of the student's code is set-up that they share."""
        if fixturedef.scope == "function":
            return (yield)
        with self.link.outside(fixturedef):
            return (yield)

    def pytest_fixture_post_finalizer(self, fixturedef: Any) -> None:
        """The set-up is over."""
        if fixturedef.scope != "function":
            self.link.forget(fixturedef)

    # --- fixtures that gradescope-utils' decorators fill -------------------------------------------------------------

    @pytest.fixture
    def set_score(self) -> Callable[[Any], None]:
        """Stands in for the argument that @partial_credit passes."""
        return _undecorated("partial_credit")

    @pytest.fixture
    def set_leaderboard_value(self) -> Callable[[Any], None]:
        """Stands in for the argument that @leaderboard passes."""
        return _undecorated("leaderboard")

    # --- words --------------------------------------------------------------------------------------------------------

    def _name(self, item: pytest.Function) -> str:
        """What unittest calls a test: its docstring's first line, or method and class."""
        text = (item.function.__doc__ or "").strip().splitlines()
        shown = text[0].strip() if text else ""
        drawn = item.name[len(item.originalname) :]
        if shown:
            return shown + (f" {drawn}" if drawn else "")
        module = ".".join(item.path.relative_to(self.start).with_suffix("").parts)
        if item.cls is None:
            return f"{item.name} ({module})"
        return f"{item.name} ({module}.{item.cls.__qualname__}.{item.name})"

    def _unit(self, item: pytest.Function) -> str:
        """Tests of the same unit share a worker."""
        if self.share == "test":
            return item.nodeid
        if self.share == "all":
            return ""
        return f"{item.path}::{item.cls.__qualname__ if item.cls is not None else ''}"

    def _outcome(self, item: pytest.Function) -> Outcome:
        """What the reports of a test come to."""
        failed = [r for r in self.reports if r.failed]
        skipped = [r for r in self.reports if r.skipped]
        blames = [r.blame for r in (*failed, *skipped) if r.blame is not None]
        how: Any = "failed" if failed else "passed"
        if any(kind in ("suite", "internal") for kind, _ in blames):
            how = "ungraded"
        elif not failed and skipped:
            expected = any(
                hasattr(r, "wasxfail") or kind == "xfail" for r in skipped for kind, _ in [r.blame or ("", "")]
            )
            how = "expected" if expected else "left_out" if _always_skipped(item) else "skipped"
        lost = how == "expected" and bool(FAULTS)  # nobody can have expected that the program is not there
        how = "failed" if lost else how
        score, unfit, value, value_unfit = set_values(item.function)
        return Outcome(
            id=item.nodeid,
            how=how,
            score=score,
            unfit=unfit,
            value=value,
            value_unfit=value_unfit,
            said=legible(_printed(self.reports)),
            reasons=tuple(map(legible, FAULTS[-1:] if lost else (_reason(r) for r in (failed or skipped)))),
            changed=self.link.changes.unmeant,
            late=self.link.talk.late,
        )


def _blame(error: BaseException) -> tuple[str, str]:
    kind = "error"
    if isinstance(error, StudentFault):
        kind = "fault"
    elif isinstance(error, CannotProxy):
        kind = "suite"
    elif isinstance(error, GradelboError):
        kind = "internal"
    elif isinstance(error, pytest.xfail.Exception):
        kind = "xfail"
    try:
        said = str(error)
    except BaseException as worse:  # noqa: BLE001 - a text that must ask a worker that is gone
        said = f"{type(error).__name__} (its text cannot be had: {type(worse).__name__})"
    notes = "".join(f"\n({note})" for note in getattr(error, "__notes__", ()))
    return kind, ((said or type(error).__name__) + notes)[:TEXT_LIMIT]


def _reason(report: Any) -> str:
    said = report.blame[1] if report.blame is not None else "failed"
    context = getattr(report, "context", None)
    return f"{report._sub_test_description()} {said}" if context is not None else said


def _printed(reports: list[Any]) -> str:
    """Standard output, then standard error, of all phases."""
    sections = reports[-1].sections if reports else []
    out, err = (
        "".join(text for title, text in sections if title.startswith(f"Captured {name}"))
        for name in ("stdout", "stderr")
    )
    return (out + ("\n" if err and out and not out.endswith("\n") else "") + err)[: 4 * TEXT_LIMIT]


def _always_skipped(item: pytest.Function) -> bool:
    """Whether the suite says so itself, by a decorator."""
    marked = any(item.get_closest_marker(name) for name in ("skip", "skipif"))
    return marked or any(getattr(part, "__unittest_skip__", False) for part in (item.obj, item.cls))


def _is_theirs(function: Any) -> bool:
    return far_of(function) is not None or isinstance(function, Broken)


def _class_name(item: pytest.Function) -> str:
    return item.cls.__name__ if item.cls is not None and issubclass(item.cls, unittest.TestCase) else ""


def _undecorated(name: str) -> Callable[[Any], None]:
    def refuse(value: Any) -> None:
        raise UsageError(f"this test is not decorated with @{name}, so nothing can be set")

    return refuse


def _seed(text: str) -> None:
    """The generators of the tests' side: what a test draws is the same for the same submission."""
    import random

    import numpy as np

    number = zlib.crc32(text.encode("utf-8", "surrogatepass"))
    random.seed(number)
    np.random.seed(number)


@contextlib.contextmanager
def _alarm(own_s: float, wall_s: float) -> Generator[None, None, None]:
    """Ends what computes here too long, or does not end at all; and again whoever catches that."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise fault(f"the test itself computed longer than {own_s:g} s, or waited longer than {wall_s:g} s")

    timers = ((signal.ITIMER_PROF, signal.SIGPROF, own_s), (signal.ITIMER_REAL, signal.SIGALRM, wall_s))
    before = {number: signal.signal(number, ring) for _, number, _ in timers}
    for timer, _, limit_s in timers:
        signal.setitimer(timer, limit_s, AGAIN_S)
    try:
        yield
    finally:
        for timer, number, _ in timers:
            signal.setitimer(timer, 0)
            signal.signal(number, before[number])
