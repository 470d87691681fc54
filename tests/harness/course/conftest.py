"""What the tests of a course share: ledgers, verdicts of the tiny homework without grading, and small classes."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.course.grading import Graded
from autograder.course.ledger import Ledger
from autograder.course.pins import Pins
from autograder.manifest import Homework, find_homework
from autograder.scoring.stored import store
from autograder.scoring.verdict import Check, Failure, Verdict

TINY = Path(__file__).parents[1] / "tiny"
PINS = Pins("tiny-hw", "suite", "bank", "environment", ("1a", "1b", "2"))


def read_clock() -> datetime:
    """The same instant always."""
    return datetime(2020, 12, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def tiny() -> Homework:
    """The tiny homework, as it lies in the project."""
    return find_homework(TINY, "tiny-hw")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger whose clock stands still."""
    with Ledger(tmp_path / "runs" / "ledger.sqlite", now=read_clock) as found:
        yield found


@pytest.fixture
def graded_as(tiny: Homework) -> Callable[..., Graded]:
    """Verdicts of a submission in which everything passes but what is named, as {"1a.matches_reference": "wrong"}."""

    def make(others: dict[str, str] | None = None, *, parts: tuple[str, ...] = PINS.parts) -> Graded:
        checks = []
        for part in parts:
            for name in tiny.parts[part].properties:
                verdict = Verdict((others or {}).get(f"{part}.{name}", "passed"))
                failure = (
                    None if verdict is Verdict.PASSED else Failure("it is not so", "f(x (3,))", "1", "2", "abc", True)
                )
                checks.append(Check(part, name, f"{name} holds", verdict, failure))
        return Graded(store(checks, parts, ()), {"level": "strict", "homework": "tiny-hw"}, seconds=0.25)

    return make
