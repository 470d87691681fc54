"""The only file that knows pytest: `pytest tests/properties` runs the suite live, the reference as student."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from autograder.engine.grader import reachable_python
from autograder.engine.reference import live_reference, reference_session
from autograder.engine.sandbox import Zygote
from autograder.engine.session import Session
from autograder.engine.student import Namespace
from autograder.manifest import Homework, Problem, read_homework

__all__ = ["problem_fixtures", "reference", "sessions", "student"]

ROOT = Path(__file__).parents[2]

# loaded before the property files are: a call through a worker may take as long as it needs on a busy machine
hypothesis.settings.register_profile("live", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("live")


class LiveSessions:
    """The reference as a submission, one session a problem, started when a property first asks."""

    def __init__(self) -> None:
        self._zygotes: dict[str, Zygote] = {}
        self._sessions: dict[tuple[str, str], Session] = {}

    def of(self, homework: Homework, problem: Problem) -> Session:
        """The session of this problem."""
        if homework.id not in self._zygotes:
            self._zygotes[homework.id] = Zygote(homework.warm, python=reachable_python())
        key = (homework.id, problem.name)
        if key not in self._sessions:
            self._sessions[key] = reference_session(homework, problem, self._zygotes[homework.id])
        self._sessions[key].start_part()
        return self._sessions[key]

    def close(self) -> None:
        """Ends every worker and zygote."""
        for session in self._sessions.values():
            session.close()
        for zygote in self._zygotes.values():
            zygote.close()


@pytest.fixture(scope="session")
def sessions() -> Iterator[LiveSessions]:
    """The sessions of this run; ended with it."""
    live = LiveSessions()
    yield live
    live.close()


@pytest.fixture(scope="module")
def student(request: pytest.FixtureRequest, sessions: LiveSessions) -> Namespace:
    """The reference through a worker: what a perfect student would be."""
    return sessions.of(*_problem_of(request.path)).student()


@pytest.fixture(scope="module")
def reference(request: pytest.FixtureRequest) -> Namespace:
    """The reference itself, live."""
    return live_reference(*_problem_of(request.path))


def problem_fixtures(root: Path = ROOT) -> dict[str, Any]:
    """A fixture for every problem of every homework below `root`, under the problem's name: the reference's own file.

    A property file that asks for `answers` beside `student` gets those of its own homework.
    """
    found = [read_homework(path, root) for path in sorted(root.glob("reference/*/homework.toml"))]
    return {name: _problem_fixture(name) for homework in found for name in homework.problems}


def _problem_fixture(name: str) -> Any:
    def asked(request: pytest.FixtureRequest, sessions: LiveSessions) -> Namespace:
        homework, _ = _problem_of(request.path)
        return sessions.of(homework, homework.problems[name]).student()

    return pytest.fixture(asked, scope="module", name=name)


def _problem_of(path: Path) -> tuple[Homework, Problem]:
    """The homework and problem that a property file's place names."""
    problem, package, root = path.parent.name, path.parents[1].name, path.parents[4]
    homework = _homework(root, package)
    return homework, homework.problems[problem]


@cache
def _homework(root: Path, package: str) -> Homework:
    return read_homework(root / "reference" / package / "homework.toml", root)
