"""The fixtures of the properties when pytest runs them live: the reference stands for the student."""

from autograder.engine.suite import problem_fixtures, reference, sessions, student

__all__ = ["reference", "sessions", "student"]

globals().update({f"problem_{name}": fixture for name, fixture in problem_fixtures().items()})
