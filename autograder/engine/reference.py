"""The reference in its two roles: answering live, and handed in as if it were a submission."""

import importlib
import sys

from autograder.engine.data import adapter_of, data_of, with_data
from autograder.engine.sandbox import Zygote
from autograder.engine.session import Session
from autograder.engine.student import Namespace, reference_of
from autograder.manifest import Homework, Problem

__all__ = ["live_reference", "reference_session"]


def live_reference(homework: Homework, problem: Problem) -> Namespace:
    """The reference's functions for a problem, imported."""
    if str(homework.root) not in sys.path:
        sys.path.insert(0, str(homework.root))
    return reference_of(importlib.import_module(f"reference.{homework.package}.{name}") for name in problem.reference)


def reference_session(homework: Homework, problem: Problem, zygote: Zygote) -> Session:
    """The reference handed in as if by a student: its own files at the paths students use."""
    own = {
        file: source.read_bytes() for p in homework.problems.values() for file, source in homework.sources_of(p).items()
    }
    files = with_data(own, problem, problem.file, data_of(homework, problem))
    return Session(zygote, problem, files, problem.file, adapter_of(homework, problem))
