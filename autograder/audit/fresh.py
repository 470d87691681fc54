"""Fresh banks of a homework, drawn in memory from other seeds than the shipped ones."""

from collections.abc import Iterator
from contextlib import contextmanager

from autograder.audit.crew import ALONE, Means, forked
from autograder.audit.memory import Shelf
from autograder.engine.grader import reachable_python
from autograder.engine.properties import load_properties
from autograder.engine.record import record_bank
from autograder.engine.reference import reference_session
from autograder.engine.run import Banks
from autograder.engine.sandbox import Zygote
from autograder.engine.session import Session
from autograder.manifest import Homework

__all__ = ["digest_of", "fresh_banks"]


def fresh_banks(homework: Homework, parts: tuple[str, ...] | None, seeds: int, means: Means = ALONE) -> list[Banks]:
    """A public and a hidden bank for each of so many seeds, always the same ones, drawn in `jobs` processes."""
    properties = load_properties(homework, parts)

    def drawn(sessions: dict[str, Session], i: int) -> Banks:
        public = record_bank(homework, properties, sessions, kind="public", seed=f"audit public {i}")
        hidden = record_bank(homework, properties, sessions, kind="hidden", seed=f"audit {i}", without=public)
        return Banks(hidden, public)

    shelf = Shelf(f"bank {parts}", str, Banks, lambda _: True)
    return forked(lambda: _reference_sessions(homework), drawn, range(seeds), means, shelf)


def digest_of(banks: Banks) -> str:
    """What tells a pair of banks from all others."""
    return f"{banks.public.digest} {banks.hidden.digest if banks.hidden else ''}"


@contextmanager
def _reference_sessions(homework: Homework) -> Iterator[dict[str, Session]]:
    """The reference handed in, by problem."""
    with Zygote(homework.warm, python=reachable_python()) as zygote:
        sessions = {name: reference_session(homework, problem, zygote) for name, problem in homework.problems.items()}
        try:
            yield sessions
        finally:
            for session in sessions.values():
                session.close()
