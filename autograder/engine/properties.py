"""The property files of a homework as values: one Property for each test function, ready to be replayed or recorded."""

import importlib.util
import inspect
import sys
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

import hypothesis

from autograder.errors import InternalFault
from autograder.manifest import Homework, Part

__all__ = ["FIXTURES", "Property", "load_properties", "register_profiles"]

FIXTURES = ("student", "reference")
PROFILE = "gradelbo"
DEFAULT_CASES = 25


class Property(NamedTuple):
    """One claim: `test` is the function as written, `inner` takes the fixtures and one case's arguments.

    `others` are the problems besides its own that it asks for by their names.
    """

    part: Part
    name: str
    claim: str
    test: Callable[..., Any]
    inner: Callable[..., Any]
    drawn: bool
    others: tuple[str, ...] = ()

    @property
    def problem(self) -> str:
        """The problem whose functions it asks."""
        return self.part.problem_of(self.name)

    @property
    def problems(self) -> tuple[str, ...]:
        """Every problem that it asks, its own first."""
        return tuple(dict.fromkeys((self.problem, *self.others)))

    @property
    def fixtures(self) -> tuple[str, ...]:
        """Which of `student`, `reference` and the problems' names it asks for."""
        return (*_fixtures_of(self.inner), *self.others)


@cache
def _fixtures_of(inner: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(name for name in FIXTURES if name in inspect.signature(inner).parameters)


def register_profiles() -> None:
    """Makes the settings that property files inherit: no clock, no database, nothing but generation."""
    hypothesis.settings.register_profile(
        PROFILE,
        max_examples=DEFAULT_CASES,
        deadline=None,
        database=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.settings.load_profile(PROFILE)


def load_properties(homework: Homework, parts: tuple[str, ...] | None = None) -> tuple[Property, ...]:
    """Imports the property files of these parts (all when None), in the manifest's order."""
    register_profiles()
    if str(homework.root) not in sys.path:
        sys.path.insert(0, str(homework.root))
    return tuple(
        p
        for part in homework.parts.values()
        if part.properties and (parts is None or part.id in parts)
        for p in _load_part(homework, part)
    )


def _load_part(homework: Homework, part: Part) -> list[Property]:
    modules = {
        problem: _module(homework, part, problem) for problem in {part.problem_of(name) for name in part.properties}
    }
    return [
        _property(homework, part, found, getattr(modules[part.problem_of(found)], f"test_{found}"))
        for found in part.properties
    ]


def _module(homework: Homework, part: Part, problem: str) -> ModuleType:
    path = homework.property_file(part, problem)
    name = f"tests.properties.{homework.package}.{problem}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InternalFault(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _property(homework: Homework, part: Part, name: str, test: Callable[..., Any]) -> Property:
    handle = getattr(test, "hypothesis", None)
    inner = handle.inner_test if handle is not None else test
    claim = (inspect.getdoc(test) or name).splitlines()[0].strip()
    asked = inspect.signature(test).parameters  # without what is drawn, whatever that is called
    others = tuple(problem for problem in homework.problems if problem in asked)
    return Property(part, name, claim, test, inner, handle is not None, others)
