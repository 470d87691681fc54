"""What grading costs over the student's own calls, on one core in one warm process; interleaved, medians, ratios.

Ways that take turns, with the reference's code as the submission: its calls in a bare loop, the same in a fork, the
whole grading with all walls, and the grading of the unwritten template. Only parts graded by calls take part.

usage: python -m bench.loop [HOMEWORK] [--parts A,B] [--rounds N]
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from autograder.audit.sample import Code
from autograder.cli import ROOT
from autograder.engine.grader import Grader
from autograder.engine.pipeline import grade
from autograder.engine.student import replayed, student_of
from autograder.errors import GradelboError, StudentError
from autograder.manifest import Homework, find_homework
from autograder.wire import pack, unpack
from bench.measure import Spent, Way, medians, turns
from bench.rows import Row, line

MANY = 1000  # calls from which fixed costs hardly count
TARGETS = {"over the bare loop": (1.30, 1.20), "wrong over right": (1.10, 1.10)}  # below MANY calls, from MANY on


class Call(NamedTuple):
    """One call that the properties make of a submission."""

    problem: str
    function: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def code_parts(homework: Homework) -> tuple[str, ...]:
    """The parts that are graded by calling functions and by nothing else."""
    kinds = {name: problem.kind for name, problem in homework.problems.items()}
    return tuple(p.id for p in homework.parts.values() if p.pays and {kinds[n] for n in p.problems} == {"code"})


def codes_of(homework: Homework, problems: set[str]) -> dict[str, Code]:
    """The reference's modules with their adapters, loaded anew."""
    found = {}
    for name in sorted(problems):
        problem = homework.problems[name]
        adapter = homework.reference / problem.adapter if problem.adapter else None
        found[name] = Code(homework.source_of(problem), adapter)
    return found


def calls_of(grader: Grader) -> list[Call]:
    """Every call that both passes make of a right submission; what they settle without a case is none of them."""
    calls: list[Call] = []
    codes = codes_of(grader.homework, {prop.problem for prop in grader.properties})

    def through(problem: str) -> Callable[[str, tuple[Any, ...], dict[str, Any]], Any]:
        def call(function: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            calls.append(Call(problem, function, args, kwargs))
            try:
                return unpack(pack(codes[problem].call(function, args, kwargs)))
            except Exception as error:
                kinds = tuple(kind.__name__ for kind in type(error).__mro__)
                raise StudentError("raised", "", kinds=kinds) from error  # as a worker tells it

        return call

    for bank, public in ((grader.banks.public, True), (grader.banks.hidden, False)):
        for prop in grader.properties if bank else ():
            if prop.name not in prop.part.pays or (public and prop.name not in prop.part.public):
                continue  # what only explains is asked where something failed
            for case in bank.cases(prop) if bank else ():
                functions = grader.homework.problems[prop.problem].functions
                answers = replayed((bank and bank.functions.get(prop.problem)) or [], case.answers, lambda: None)
                fixtures = {"student": student_of(functions, through(prop.problem)), "reference": answers}
                try:
                    prop.inner(**{name: fixtures[name] for name in prop.fixtures}, **case.arguments)
                except (AssertionError, ValueError, TypeError, GradelboError, KeyError):
                    continue  # the call is noted
    return calls


def bare(homework: Homework, problems: set[str], calls: list[Call]) -> None:
    """The calls, one after the other, on code that was just loaded."""
    codes = codes_of(homework, problems)
    for call in calls:
        try:
            codes[call.problem].call(call.function, call.args, call.kwargs)
        except Exception:  # noqa: BLE001, S112 - input that must be refused is among them
            continue


def in_a_fork(task: Callable[[], None]) -> None:
    """The task in a child."""
    pid = os.fork()
    if not pid:
        task()
        os._exit(0)
    os.waitpid(pid, 0)


def folder_of(homework: Homework, place: Path, *, wrong: bool) -> Path:
    """The reference handed in, or its template, every function of which raises."""
    for problem in homework.problems.values():
        target = place / problem.file
        target.parent.mkdir(parents=True, exist_ok=True)
        source = homework.template / problem.file if wrong and problem.runs else homework.source_of(problem)
        target.write_bytes(source.read_bytes())
    return place


def ways_of(grader: Grader, place: Path) -> tuple[int, dict[str, Way]]:
    """How many calls a right submission gets, and the ways that are compared; `place` is an empty folder."""
    homework = grader.homework
    right = folder_of(homework, place / "right", wrong=False)
    wrong = folder_of(homework, place / "wrong", wrong=True)
    calls, problems = calls_of(grader), {prop.problem for prop in grader.properties}
    return len(calls), {
        "bare loop": lambda: bare(homework, problems, calls),
        "fork and bare loop": lambda: in_a_fork(lambda: bare(homework, problems, calls)),
        "graded": lambda: grade(grader, right),
        "graded, wrong": lambda: grade(grader, wrong),
    }


def ratios_of(found: Mapping[str, float]) -> dict[str, float]:
    """The figures by name, from the seconds of each way."""
    return {
        "over the bare loop": found["graded"] / found["bare loop"],
        "over fork and bare loop": found["graded"] / found["fork and bare loop"],
        "wrong over right": found["graded, wrong"] / found["graded"],
    }


def measured(homework: Homework, parts: tuple[str, ...], rounds: int) -> tuple[int, dict[str, Spent]]:
    """How many calls, and the medians of each way on these parts."""
    with tempfile.TemporaryDirectory() as place, Grader(homework, parts=parts) as grader:
        calls, ways = ways_of(grader, Path(place))
        return calls, medians(turns(ways, rounds))


def rows_of(name: str, calls: int, found: Mapping[str, Spent]) -> list[Row]:
    """A row for each ratio of computing time."""
    ratios = ratios_of({way: spent.cpu_s for way, spent in found.items()})
    of = {what: TARGETS.get(what, (None, None))[calls >= MANY] for what in ratios}
    return [Row(f"regrade, {what}", f"{name}, {calls} calls", ratio, of[what]) for what, ratio in ratios.items()]


def main() -> None:
    """Measures one homework and prints each ratio with its target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("homework", nargs="?", default="cs229-ps3")
    parser.add_argument("--parts", help="only these, with commas between them")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    homework = find_homework(ROOT, options.homework)
    parts = tuple(options.parts.split(",")) if options.parts else code_parts(homework)
    calls, found = measured(homework, parts, options.rounds)
    print(f"{homework.id}: {len(parts)} parts, {calls} calls, load {os.getloadavg()[0]:.1f}, one core")
    for name, spent in found.items():
        print(f"  {name:<24} {spent.cpu_s * 1e3:8.1f} ms of computing, {spent.wall_s * 1e3:8.1f} ms passed")
    for row in rows_of(homework.id, calls, found):
        print(f"  {line(row)}")


if __name__ == "__main__":
    main()
