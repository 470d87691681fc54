"""The process in which a suite's tests run, with proxies for the student's code; it tells the grader by a pipe."""

import importlib
import os
import resource
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from autograder.engine.archive import Opened, open_packed
from autograder.engine.grader import preload, reachable_python
from autograder.engine.sandbox import LEVELS, Zygote, level_of
from autograder.engine.stream import PATIENCE
from autograder.engine.submission import Submission, intake
from autograder.errors import GradelboError, SubmissionUnusable
from autograder.suites.hook import StudentFinder
from autograder.suites.link import Link
from autograder.suites.outcome import Ended
from autograder.suites.places import SUITE
from autograder.suites.talk import Limits

__all__ = ["Order", "main", "test_wall_s"]

WARM = ("numpy", "scipy", "torch", "matplotlib", "sklearn")
BROKE_OFF = (3, 4)  # pytest's own fault, or its command line's
INTERNAL = 5
OWN_WALL_S = 120.0  # what a test's own code may take besides; its CPU time is what counts, in the plugin
MEMORY = 8 << 30


class Order(msgspec.Struct, frozen=True):
    """What the grader wants of a run. `level`: the least at which submissions are shut in; "": any."""

    folder: str
    start: str
    submission: str
    limits: Limits
    level: str
    share: str = "test"
    in_place: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    done: tuple[str, ...] = ()


def test_wall_s(limits: Limits) -> float:
    """Wall seconds after which a test cannot still be running."""
    return limits.test_s * (PATIENCE + 1) + OWN_WALL_S


def main(order: bytes, pipe: int) -> int:
    """Runs the suite as ordered; every message is a line of JSON on the pipe."""
    wanted = msgspec.json.decode(order, type=Order)
    with os.fdopen(pipe, "wb", buffering=0) as out:

        def say(message: dict[str, Any]) -> None:
            out.write(msgspec.json.encode(message) + b"\n")

        try:
            return _run(wanted, say)
        except GradelboError as error:
            say({"fault": str(error), "code": error.exit_code})
            return error.exit_code


def _run(order: Order, say: Any) -> int:
    import pytest

    from autograder.suites import guards
    from autograder.suites.plugin import SuitePlugin

    folder, start = Path(order.folder), Path(order.start)
    submission, unusable = _read(Path(order.submission))
    warm = preload(WARM, submission)
    link = Link(
        lambda: Zygote(warm, python=reachable_python()), submission.files, order.limits, in_place=order.in_place
    )
    try:
        layers = link.talk.layers
        if order.level and LEVELS.index(level_of(layers)) < LEVELS.index(order.level):
            say({"unfit": level_of(layers)})
            return 4
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
        _on_path(start, folder)
        SUITE[:] = sorted({str(start), str(folder)})
        finder = StudentFinder(link, submission)
        forced = StudentFinder(link, submission, order.modules)
        with _laid_out(submission, Path(order.submission)) as base:
            _submitted_files(base)
            plugin = SuitePlugin(
                link,
                say,
                start,
                share=order.share,
                done=frozenset(order.done),
                test_wall_s=test_wall_s(order.limits),
                digest=submission.digest,
            )
            guards.install(link)
            sys.meta_path.append(finder)
            sys.meta_path.insert(0, forced)
            if pytest.main(_words(folder, start), plugins=[plugin]) in BROKE_OFF:
                return INTERNAL  # what it printed says why; the grader goes on with the tests that are left
        missing = {
            name: f"{name} is neither installed nor handed in" for name in sorted(finder.missing | forced.missing)
        }
        say(
            {
                "ended": Ended(
                    notes=(*link.notes.told, *missing.values()),
                    told=(*([unusable] if unusable else ()), *submission.notes),
                    layers=tuple(sorted(layers)),
                    digest=submission.digest,
                    imported=(*link.modules, *finder.missing, *forced.missing),
                    errors=tuple(plugin.errors),
                )
            }
        )
    finally:
        link.talk.close()
    return 0


def _read(path: Path) -> tuple[Submission, str]:
    """The submission at a path; what cannot be read is one without files, and the sentence that says so."""

    def opened(name: str, data: bytes) -> Opened:
        with Zygote(("numpy",), python=reachable_python()) as zygote:
            return open_packed(zygote, name, data)

    try:
        return intake(path, opened), ""
    except SubmissionUnusable as error:
        return Submission(path.name, {}), str(error)


def _words(folder: Path, start: Path) -> list[str]:
    """The command line of pytest: the suite's own settings where it has some, and none from folders above."""
    found = [folder / name for name in ("pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")]
    settings = next((str(path) for path in found if path.is_file()), os.devnull)
    plugins = [word for name in ("cacheprovider", "faulthandler", "xdist") for word in ("-p", f"no:{name}")]
    files = ["-o", "python_files=test*.py *_test.py", "--import-mode=importlib", "--continue-on-collection-errors"]
    return ["-q", "-c", settings, f"--rootdir={start}", "--capture=sys", *plugins, *files, str(start)]


def _on_path(start: Path, folder: Path) -> None:
    """The suite's modules come before installed ones; this project's folder is no place to import from."""
    for name in ("autograder.engine", "autograder.suites"):
        importlib.import_module(name)
    here = str(Path(__file__).parents[2])
    sys.path[:] = [str(start), str(folder), *(entry for entry in sys.path if entry and entry != here)]


@contextmanager
def _laid_out(submission: Submission, given: Path) -> Iterator[Path]:
    """A folder with the files that were handed in, for tests that look whether they are there."""
    if given.is_dir():
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="gradelbo-suite-") as name:
        for path, data in submission.files.items():
            target = Path(name) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        yield Path(name)


def _submitted_files(base: Path) -> None:
    """Has gradescope-utils' check_submitted_files look into the submission, wherever it lies."""
    from gradescope_utils.autograder_utils import files

    files.SUBMISSION_BASE = str(base)
    files.check_submitted_files.__defaults__ = (str(base),)
