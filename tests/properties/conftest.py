"""The fixtures of the properties when pytest runs them live: the reference stands for the student."""

from autograder.engine.suite import reference, sessions, student

__all__ = ["reference", "sessions", "student"]
