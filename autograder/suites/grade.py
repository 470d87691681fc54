"""Grades one submission by a suite: starts the runner, goes on where it died, and makes results of what it told.

Nothing that the student's code writes comes near: the runner talks by a pipe that no worker has, and the results file
is written here, last.
"""

import ast
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from autograder.engine.sandbox import level_of
from autograder.errors import EnvironmentUnusable, InternalFault, UsageError
from autograder.scoring.gradescope import Results
from autograder.suites.changes import ALL
from autograder.suites.outcome import Declared, Ended, Outcome
from autograder.suites.refusals import refusals
from autograder.suites.runner import Order, test_wall_s
from autograder.suites.score import Shown, results_of, worse

__all__ = ["Graded", "grade_suite", "order_for", "require_runnable", "shown_by"]

ROOT = Path(__file__).parents[2]
RESTARTS = 5
SLACK_S = 60.0
START_S = 120.0
CUT = 4000
CODE = "import sys; sys.path.insert(0, sys.argv[1]); from autograder.suites.runner import main; sys.exit(main({}, {}))"


class Graded(NamedTuple):
    """What a run came to. `notes` are for staff; `undecided`: something has no verdict, by no fault of a student's."""

    results: Results
    notes: tuple[str, ...]
    undecided: bool


def order_for(folder: Path, submission: Path, **wanted: Any) -> Order:
    """The order for a suite and a submission; raises UsageError when there is none of the one or the other."""
    start = start_of(folder)
    if not submission.exists():
        raise UsageError(f"there is nothing at {submission}; give the folder, archive or .py file handed in")
    return Order(folder=str(folder.resolve()), start=str(start), submission=str(submission.resolve()), **wanted)


def start_of(folder: Path) -> Path:
    """The folder in which a suite's tests lie: `tests`, where there is one, or the folder itself."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}; give the folder of the tests, or the one above it")
    folder = folder.resolve()
    start = folder / "tests" if (folder / "tests").is_dir() and not list(folder.glob("test*.py")) else folder
    if not list(start.rglob("test*.py")) + list(start.rglob("*_test.py")):
        raise UsageError(f"there is no file test*.py in {start}")
    return start


def require_runnable(folder: Path, modules: tuple[str, ...] = ()) -> None:
    """Raises UsageError for a suite that asks for what cannot be had, with every place where it does."""
    start = start_of(folder)
    if known := sorted(set(modules) & sys.stdlib_module_names):
        raise UsageError(f"{', '.join(known)} is a module of Python's own; a student's cannot stand in its place")
    if found := refusals(folder.resolve(), start, modules):
        raise UsageError("\n".join(found))


def grade_suite(order: Order, *, clock: Callable[[], float] = time.monotonic) -> Graded:
    """Runs the tests on the submission. Raises UsageError for a suite that asks for what cannot be had."""
    require_runnable(Path(order.folder), order.modules)
    run = _completed(order, clock)
    ended = run.ended or Ended(errors=("the tests did not come to their end",))
    if again := {test for test, outcome in run.outcomes.items() if outcome.changed}:
        ended = _held_again(order, run, ended, again, clock)
    shown, remark = shown_by(Path(order.folder))
    if run.ended is not None and run.tests and not ended.imported:
        raise UsageError(_nothing_imported(Path(order.folder)))
    stamp = {"level": level_of(frozenset(ended.layers)), "layers": list(ended.layers), "submission": ended.digest}
    results, notes = results_of(run.tests, run.outcomes, shown, told=(*ended.told, *run.broken(ended)), extra=stamp)
    if not run.tests and not ended.errors:
        raise UsageError(f"there is no test in {order.start}")
    every = (*ended.errors, *remark, *run.said, *notes, *ended.notes)
    undecided = bool(ended.errors) or any(run.ungraded(test) for test in run.tests)
    extra = results.extra_data | {"notes": list(every), "internal": undecided}
    return Graded(msgspec.structs.replace(results, extra_data=extra), every, undecided)


def _held_again(order: Order, run: "_Run", ended: Ended, again: set[str], clock: Callable[[], float]) -> Ended:
    """Runs these tests once more with the changes that they did not see: of both outcomes the worse one is left.

    What the second run has no time for, or does not come to, has no verdict: no clock takes what the first run gave.
    Gives the end of both runs.
    """
    others = tuple(test.id for test in run.tests if test.id not in again)
    second = _completed(msgspec.structs.replace(order, in_place=(ALL,), done=others), clock)
    for test in again:
        first = run.outcomes[test]
        outcome = second.outcomes.get(test, Outcome(test, "ungraded", reasons=("it was not run a second time",)))
        if outcome.late and (outcome.how, outcome.score) != (first.how, first.score):
            outcome = Outcome(test, "ungraded", reasons=("there was no time to run it a second time",))
        run.outcomes[test] = worse(first, outcome)
    run.said += second.said
    last = second.ended or Ended(errors=("the tests did not come to their end the second time",))
    return msgspec.structs.replace(
        ended,
        errors=tuple(dict.fromkeys((*ended.errors, *last.errors))),
        notes=tuple(dict.fromkeys((*ended.notes, *last.notes))),
    )


def _completed(order: Order, clock: Callable[[], float]) -> "_Run":
    """The tests that are not done, run to their end: where a runner dies, another goes on in the time left."""
    run = _Run()
    until = clock() + order.limits.wall_s
    for _ in range(RESTARTS + 1):
        limits = order.limits._replace(wall_s=max(1.0, until - clock()))
        if run.attempt(msgspec.structs.replace(order, limits=limits, done=(*order.done, *run.outcomes))):
            break
    return run


class _Run:
    """What the runners of one submission have told so far."""

    def __init__(self) -> None:
        self.tests: list[Declared] = []
        self.outcomes: dict[str, Outcome] = {}
        self.ended: Ended | None = None
        self.said: list[str] = []
        self.running = ""

    def ungraded(self, test: Declared) -> bool:
        """Whether a test has no verdict, through no fault of the student's."""
        return test.id not in self.outcomes or self.outcomes[test.id].how == "ungraded"

    def broken(self, ended: Ended) -> tuple[str, ...]:
        """What students are told of files that are no tests."""
        return ("Some tests could not be loaded; the course staff can see it.",) if ended.errors else ()

    def attempt(self, order: Order) -> bool:
        """One runner, from its start to its end; False when it died and another may go on."""
        before = len(self.outcomes)
        self.running = ""
        limit_s = test_wall_s(order.limits) + SLACK_S
        reader, writer = os.pipe()
        words = [sys.executable, "-P", "-B", "-c", CODE.format(msgspec.json.encode(order), writer), str(ROOT)]
        with subprocess.Popen(
            words,
            cwd=order.folder,
            pass_fds=[writer],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            os.close(writer)
            said = b""
            try:
                for fd, data in _read(process, reader, START_S + limit_s):
                    if fd == reader:
                        self.take(msgspec.json.decode(data))
                    else:
                        said = (said + data)[-CUT:]
            except TimeoutError:
                process.kill()
            finally:
                os.close(reader)
                if process.poll() is None and self.ended is None:
                    process.kill()
        if self.ended is not None:
            return True
        self._died(process.returncode, said.decode("utf-8", "replace"))
        return len(self.outcomes) == before  # nothing new: another one would die as well

    def take(self, message: dict[str, Any]) -> None:
        """One message of the runner."""
        if "collected" in message and not self.tests:
            self.tests = msgspec.convert(message["collected"], list[Declared])
        elif "start" in message:
            self.running = message["start"]
        elif "outcome" in message:
            outcome = msgspec.convert(message["outcome"], Outcome)
            self.outcomes[outcome.id] = outcome
        elif "ended" in message:
            self.ended = msgspec.convert(message["ended"], Ended)
        elif "unfit" in message:
            level = message["unfit"]
            raise EnvironmentUnusable(
                f"this machine shuts submissions in only at level {level}: they could reach your files or one another. "
                f"`gradelbo doctor` says what is missing; --allow-level {level} grades all the same"
            )
        elif "fault" in message:
            raise (UsageError if message.get("code") == 2 else InternalFault)(message["fault"])

    def _died(self, status: int, said: str) -> None:
        tail = " ".join(said.split()[-60:])
        self.said.append(
            f"the process of the tests ended with status {status} in {self.running or 'its start'}: {tail}"
        )
        if self.running and self.running not in self.outcomes:
            reason = f"the process of the tests ended (status {status})"
            self.outcomes[self.running] = Outcome(self.running, "ungraded", reasons=(reason,))


def _read(process: subprocess.Popen[bytes], reader: int, limit_s: float) -> Iterator[tuple[int, bytes]]:
    """What a runner says: lines of its pipe, and pieces of what it prints. Raises TimeoutError when it falls silent."""
    out = process.stdout.fileno() if process.stdout is not None else reader
    rest = b""
    open_ends = {reader, out}
    last = time.monotonic()
    while open_ends:
        ready = select.select(list(open_ends), [], [], 1.0)[0]
        if time.monotonic() - last > limit_s:
            raise TimeoutError
        for fd in ready:
            data = os.read(fd, 1 << 16)
            if not data:
                open_ends.discard(fd)
            elif fd != reader:
                yield fd, data
            else:
                last = time.monotonic()
                *lines, rest = (rest + data).split(b"\n")
                yield from ((reader, line) for line in lines)
        if reader not in open_ends and not ready:
            return


def shown_by(folder: Path) -> tuple[Shown, tuple[str, ...]]:
    """What a suite's own runner passes to JSONTestRunner, read and not run; and what of it staff must do without."""
    for path in sorted(folder.glob("*.py")):
        try:
            tree = ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError):
            continue
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _called(node) == "JSONTestRunner"]
        for call in calls:
            given = {k.arg: k.value.value for k in call.keywords if k.arg and isinstance(k.value, ast.Constant)}
            remarks = tuple(
                f"{path.name}:{call.lineno}: {keyword.arg} is not run: late days and penalties are a homework's policy"
                for keyword in call.keywords
                if keyword.arg == "post_processor"
            )
            shown = Shown(
                str(given.get("visibility") or ""),
                str(given.get("stdout_visibility") or ""),
                str(given.get("failure_prefix") or Shown().prefix),
            )
            return shown, remarks
    return Shown(), ()


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _nothing_imported(folder: Path) -> str:
    there = ", ".join(sorted(path.name for path in folder.glob("*.py") if not path.name.startswith("test"))[:5])
    return (
        f"the tests import nothing of the submission: what Python finds in {folder} or among the installed packages is "
        f"not the student's{f' (there are {there})' if there else ''}; --module NAME says that NAME is"
    )
