"""Run as a program: calls the reference and its mutants on a large sample and says which mutants behave the same.

Reads one JSON object from standard input, writes one line of JSON for each mutant. Mutants of the reference are our own
code, so they run here, each in a fork of its own with limits, and not behind the walls of a submission.
"""

import importlib.util
import inspect
import json
import os
import random
import re
import resource
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any, TypeGuard

import numpy as np

from autograder.audit.bend import Call, bent
from autograder.engine.bank import argument_digest, read_bank
from autograder.engine.properties import load_properties
from autograder.engine.reference import live_reference
from autograder.engine.student import replayed, student_of
from autograder.errors import GradelboError
from autograder.manifest import Homework, Problem, read_homework
from autograder.wire import Unsendable, pack, unpack

AXES = re.compile(r"(?!.* of )\w+( \w+)*")  # "n k", but no "...", and no "list of blocks"
MOST = 120  # calls of one function as drawn
BENT = 12  # of them bent
CPU_S = 120
MEMORY = 3 << 30
RTOL, ATOL = 1e-9, 1e-11


class Code:
    """A module, the reference or a mutant, with the adapter before it: answers the calls of properties."""

    def __init__(self, path: Path, adapter: Path | None) -> None:
        self.module = load(path, "audited")
        self.adapter = None if adapter is None else load(adapter, "audited_adapter")

    def call(self, function: str, args: Any, kwargs: dict[str, Any], seed: int = 0) -> Any:
        """What the function returns on fresh copies, its generators seeded."""
        random.seed(seed)
        np.random.seed(seed)
        given = [copied(value) for value in args]
        if self.adapter is not None and hasattr(self.adapter, function):
            return getattr(self.adapter, function)(self.module, *given, **kwargs)
        return getattr(self.module, function)(*given, **kwargs)


def load(path: Path, name: str) -> ModuleType:
    """The file as a module."""
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def copied(value: Any) -> Any:
    """The value with every array in it copied."""
    if isinstance(value, np.ndarray):
        return value.copy()
    return [copied(item) for item in value] if isinstance(value, list) else value


def sample_of(homework: Homework, problem: Problem, banks: list[Path], reference: Code) -> list[Call]:
    """The calls that the problem's properties make on the cases of these banks, each once, and bent ones."""
    found: list[Call] = []
    seen: set[bytes] = set()
    counts = Counter[str]()
    live = live_reference(homework, problem)
    bank = read_bank(banks[0])

    def call(function: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        digest = argument_digest((function, *args), kwargs)
        if digest not in seen and counts[function] < MOST * (1 + len(banks)):
            seen.add(digest)
            counts[function] += 1
            found.append((function, [copied(value) for value in args], dict(kwargs)))
        return unpack(pack(reference.call(function, args, kwargs)))  # as it comes through the wall

    properties = [p for p in load_properties(homework) if p.problems == (problem.name,)]
    for bank in map(read_bank, banks):
        for prop in properties:
            for case in bank.cases(prop):
                answers = replayed(bank.functions.get(problem.name, []), case.answers, lambda: live)
                fixtures = {"student": student_of(problem.functions, call), "reference": answers}
                try:
                    prop.inner(**{name: fixtures[name] for name in prop.fixtures}, **case.arguments)
                except (AssertionError, ValueError, TypeError, GradelboError, Unsendable):
                    continue  # in this process bad input raises as itself; the calls before it are noted
    return found + _bent(found, hostile=problem.adapter is None)


def _bent(calls: list[Call], *, hostile: bool) -> list[Call]:
    rng, taken = np.random.default_rng(229), Counter[str]()
    more: list[Call] = []
    for call in calls:
        taken[call[0]] += 1
        if taken[call[0]] <= BENT:
            more += bent(call, rng, hostile=hostile)
    return more


def outcome(code: Code, call: Call, seed: int) -> Any:
    """What a call comes to: its value as plain lists and arrays, or the name of what it raised."""
    try:
        with np.errstate(all="ignore"):
            return plain(unpack(pack(code.call(*call, seed=seed))))
    except ValueError:
        return "ValueError"
    except Exception as error:  # noqa: BLE001 - a mutant may raise anything; the name is the outcome
        return type(error).__name__


def plain(value: Any) -> Any:
    """The value as a float array, or else as a list of such; lists of numbers count as arrays, others as their text."""
    if isinstance(value, dict):
        return [plain([name, item]) for name, item in sorted(value.items())]
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return [plain(item) for item in value] if isinstance(value, list | tuple) else repr(value)


def alike(one: Any, other: Any) -> bool:
    """Whether two outcomes agree to rounding, shapes included."""
    if _array(one) and _array(other):
        return one.shape == other.shape and bool(np.allclose(one, other, RTOL, ATOL, equal_nan=True))
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(alike(a, b) for a, b in zip(one, other, strict=True))
    return type(one) is type(other) and bool(one == other)


def _array(value: Any) -> TypeGuard[np.ndarray[Any, Any]]:
    return isinstance(value, np.ndarray)


def otherwise_shaped(reference: Code, calls: list[Call]) -> frozenset[int]:
    """The calls in which an array has another number of axes than the signature says.

    Of a transpose they say nothing: that of a vector is the vector, and other shapes are refused with it or without.
    Where all calls are such, the signature is what is wrong, and none of them is passed over.
    """
    others = frozenset(i for i, call in enumerate(calls) if not _as_signed(reference.module, call))
    return others if len(others) < len(calls) else frozenset()


def _as_signed(module: ModuleType, call: Call) -> bool:
    """Whether each array has the axes that its annotation names ("n k": two); other annotations say nothing."""
    function = getattr(module, call[0], None)
    said = (
        [p.annotation for p in inspect.signature(function).parameters.values()] if inspect.isfunction(function) else []
    )
    return all(
        value.ndim == len(shape.split())
        for shape, value in zip(said, call[1], strict=False)
        if isinstance(shape, str) and AXES.fullmatch(shape) and isinstance(value, np.ndarray)
    )


def difference(
    path: Path, adapter: Path | None, calls: list[Call], wanted: list[Any], without: frozenset[int] = frozenset()
) -> str:
    """The first call, but for those `without`, on which the mutant does something else, in words; "" for none."""
    try:
        code = Code(path, adapter)
    except Exception as error:  # noqa: BLE001 - it does not even load
        return f"loading: {type(error).__name__}"
    for i, (call, right) in enumerate(zip(calls, wanted, strict=True)):
        if i not in without and not alike(outcome(code, call, i), right):
            return f"{call[0]} call {i} of {len(calls)}"
    return ""


def forked(
    path: Path, adapter: Path | None, calls: list[Call], wanted: list[Any], without: frozenset[int] = frozenset()
) -> str:
    """`difference` in a child with limits; a child that does not come back is different."""
    back, forth = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            os.write(forth, (difference(path, adapter, calls, wanted, without) or "same").encode()[:4000])
        finally:
            os._exit(0)
    os.close(forth)
    with os.fdopen(back, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(pid, 0)
    return "" if said == "same" else said or "it did not come to an end"


def main() -> None:
    """Answers the request on standard input."""
    request = json.load(sys.stdin)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what the reference prints is no answer
    root = Path(request["root"])
    homework = read_homework(root / "reference" / request["package"] / "homework.toml", root)
    problem = homework.problems[request["problem"]]
    adapter = homework.reference / problem.adapter if problem.adapter else None
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        reference = Code(homework.reference / f"{problem.name}.py", adapter)
        calls = sample_of(homework, problem, [Path(p) for p in request["banks"]], reference)
        wanted = [outcome(reference, call, i) for i, call in enumerate(calls)]
        odd = otherwise_shaped(reference, calls)
        for path, turns in zip(request["mutants"], request["turns"], strict=True):
            different = forked(Path(path), adapter, calls, wanted, odd if turns else frozenset())
            answers.write(json.dumps({"different": different}) + "\n")
            answers.flush()
        os.chdir("/")


if __name__ == "__main__":
    main()
