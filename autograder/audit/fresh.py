"""Fresh banks of a homework, drawn in memory from other seeds than the shipped ones."""

from autograder.engine.grader import reachable_python
from autograder.engine.properties import load_properties
from autograder.engine.record import record_bank
from autograder.engine.reference import reference_session
from autograder.engine.run import Banks
from autograder.engine.sandbox import Zygote
from autograder.manifest import Homework

__all__ = ["fresh_banks"]


def fresh_banks(homework: Homework, parts: tuple[str, ...] | None, seeds: int) -> list[Banks]:
    """A public and a hidden bank for each of so many seeds, always the same ones."""
    properties = load_properties(homework, parts)
    found = []
    with Zygote(homework.warm, python=reachable_python()) as zygote:
        sessions = {name: reference_session(homework, problem, zygote) for name, problem in homework.problems.items()}
        try:
            for i in range(seeds):
                public = record_bank(homework, properties, sessions, kind="public", seed=f"audit public {i}")
                hidden = record_bank(homework, properties, sessions, kind="hidden", seed=f"audit {i}", without=public)
                found.append(Banks(hidden, public))
        finally:
            for session in sessions.values():
                session.close()
    return found
