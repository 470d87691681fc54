"""The generated mutants of a homework before the grader: killed by which property, or equivalent, or survivors."""

import ast
import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from autograder.audit.alike import Declared, differences
from autograder.audit.crew import ALONE, Crew, Means, forked, streamed
from autograder.audit.judge import Key, Kill, first_kill, name_of, paying
from autograder.audit.memory import Memory, Shelf
from autograder.audit.mutate import Mutant, mutants_of
from autograder.audit.reach import calls_of, definitions, reachable
from autograder.engine.grader import Grader
from autograder.engine.properties import Property
from autograder.engine.run import Banks
from autograder.engine.submission import Submission
from autograder.manifest import Homework, Problem
from autograder.scoring.verdict import Verdict

__all__ = ["Fate", "fates", "mutants", "narrowed", "only_killers", "stale"]

LOT = 6  # mutants that are compared in one process: each lot runs the reference on the sample once
TRIED = 24  # mutants that are looked at, by property, for one that falls to it alone


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: `killed`, `equal` by sample, `declared` equivalent, or `survived`.

    `other` names the first call of the sample on which a survivor differs from the reference.
    """

    mutant: Mutant
    state: str
    kill: Kill | None = None
    other: str = ""
    reason: str = ""

    @property
    def by(self) -> str:
        """The property that killed it."""
        return name_of(self.kill.key) if self.kill else ""


def mutants(homework: Homework, *, one_in: int = 1, means: Means = ALONE) -> tuple[list[Mutant], int]:
    """The mutants of a homework's code, one in so many by their digests, and how many more compile to known code."""
    found, same = list[Mutant](), 0
    code = [problem for problem in homework.problems.values() if problem.kind == "code"]
    for own, known in forked(nullcontext, lambda _, problem: mutants_of(homework, problem), code, means):
        same += known
        found += [m for m in own if int(m.digest, 16) % one_in == 0]
    return found, same


def fates(
    crew: Crew, found: Sequence[Mutant], banks: Sequence[Banks], declared: Sequence[Declared]
) -> tuple[list[Fate], float]:
    """What becomes of each mutant, in order, and how many were graded a second: 0 when all were known from before."""
    homework = crew.homework
    order = {p: Order(crew.grader, homework.problems[p]) for p in dict.fromkeys(m.problem for m in found)}
    memory = crew.means.memory
    before = memory.recalled if memory is not None else 0
    started = time.perf_counter()
    kills = crew.map(
        lambda grader, m: first_kill(grader, handed_in(homework, m), order[m.problem].of(m)),
        found,
        Shelf("killed", remembered_as, Kill | None, _lasting),
    )
    asked = len(found) - (memory.recalled - before if memory is not None else 0)
    rate = asked / max(time.perf_counter() - started, 1e-9)
    reasons = {digest: table.reason for table in declared for digest in table.mutants}
    survived = [m for m, kill in zip(found, kills, strict=True) if kill is None]
    unclear = sorted((m for m in survived if m.digest not in reasons), key=lambda m: m.problem)
    other = dict(
        zip((remembered_as(m) for m in unclear), _differences(homework, unclear, banks, crew.means), strict=True)
    )
    return [_fate(m, kill, other, reasons) for m, kill in zip(found, kills, strict=True)], rate


def _differences(homework: Homework, unclear: Sequence[Mutant], banks: Sequence[Banks], means: Means) -> list[str]:
    """For each mutant, sorted by problem, the first call of a large sample on which it differs; empty for none."""

    def ask(new: Sequence[Mutant]) -> Iterator[str]:
        groups = [list(group) for _, group in itertools.groupby(new, key=lambda m: m.problem)]
        lots = [group[i : i + LOT] for group in groups for i in range(0, len(group), LOT)]
        told = streamed(nullcontext, lambda _, lot: differences(homework, lot[0].problem, lot, banks), lots, means)
        for texts in told:
            yield from texts

    memory = means.memory or Memory(None, "")
    banked = " ".join(f"{pair.public.digest} {pair.hidden.digest if pair.hidden else ''}" for pair in banks)
    return memory.fill(Shelf(f"differs {banked}", remembered_as, str, lambda _: True), unclear, ask)


def remembered_as(mutant: Mutant) -> str:
    """What a mutant is remembered by: two problems may have the same function, and the same slip in it."""
    return f"{mutant.problem} {mutant.digest}"


def _fate(mutant: Mutant, kill: Kill | None, other: dict[str, str], reasons: dict[str, str]) -> Fate:
    if kill is not None:
        return Fate(mutant, "killed", kill)
    if mutant.digest in reasons:
        return Fate(mutant, "declared", reason=reasons[mutant.digest])
    return Fate(mutant, "survived" if other[remembered_as(mutant)] else "equal", other=other[remembered_as(mutant)])


def _lasting(kill: Kill | None) -> bool:
    """Whether a verdict is the mutant's own: a busy machine may have had its part in one of time or memory."""
    return kill is None or kill.verdict not in (Verdict.TIMEOUT, Verdict.MEMORY)


def stale(found: Sequence[Fate], declared: Sequence[Declared]) -> list[str]:
    """Declarations that no longer speak of a survivor: the mutant is gone, or it is killed."""
    states = {fate.mutant.digest: fate for fate in found}
    faults = []
    for table in declared:
        for digest in table.mutants:
            fate = states.get(digest)
            if fate is None:
                faults.append(f"{digest} ({table.function}): there is no such mutant any more")
            elif fate.state == "killed":
                faults.append(f"{digest} ({table.function}): {fate.by} kills it")
    return faults


def only_killers(crew: Crew, found: Sequence[Fate], wanted: Sequence[Key]) -> dict[Key, str]:
    """For each of these properties a mutant that its claim kills and no other paying property does, if there is one."""
    homework = crew.homework
    every = {(p.part.id, p.name): p for p in paying(crew.grader, homework.problems)}
    tries = [
        (key, fate)
        for key in wanted
        for fate in [f for f in found if f.kill and f.kill.key == key and f.kill.claim][:TRIED]
    ]

    def falls_to_it_alone(grader: Grader, item: tuple[Key, Fate]) -> bool:
        key, fate = item
        others = [p for k, p in every.items() if k != key and p.problems == (fate.mutant.problem,)]
        return first_kill(grader, handed_in(homework, fate.mutant), others) is None

    shelf = Shelf("alone", lambda item: f"{name_of(item[0])} {remembered_as(item[1].mutant)}", bool, lambda _: True)
    alone: dict[Key, str] = {}
    for (key, fate), holds in zip(tries, crew.map(falls_to_it_alone, tries, shelf), strict=True):
        if holds:
            alone.setdefault(key, fate.mutant.id)
    return alone


def handed_in(homework: Homework, mutant: Mutant) -> Submission:
    """The mutant as a submission: its file and no other."""
    return Submission(mutant.id, {homework.problems[mutant.problem].file: mutant.source.encode()})


class Order:
    """A problem's paying properties for a mutant: first those whose calls can reach the mutated function."""

    def __init__(self, grader: Grader, problem: Problem) -> None:
        homework = grader.homework
        self.properties = [p for p in paying(grader, [problem.name]) if p.problems == (problem.name,)]
        tree = ast.parse((homework.reference / f"{problem.name}.py").read_bytes())
        self.reaches: dict[Key, set[str]] = {}
        for prop in self.properties:
            called = _called(homework, prop) or problem.functions
            self.reaches[prop.part.id, prop.name] = reachable(homework, problem, tree, called)

    def of(self, mutant: Mutant) -> list[Property]:
        """All of them, the ones that reach the mutant first."""
        return sorted(self.properties, key=lambda p: mutant.function not in self.reaches[p.part.id, p.name])

    def within(self, mutant: Mutant) -> bool:
        """Whether any of them reaches the mutant."""
        return any(mutant.function in reached for reached in self.reaches.values())


def narrowed(crew: Crew, found: list[Mutant]) -> list[Mutant]:
    """The mutants that the graded parts' properties can reach at all: for an audit of some parts only."""
    order = {p: Order(crew.grader, crew.homework.problems[p]) for p in dict.fromkeys(m.problem for m in found)}
    return [m for m in found if order[m.problem].within(m)]


def _called(homework: Homework, prop: Property) -> set[str]:
    """The student's functions that a property calls; none where it is not written out in its file."""
    path: Path = homework.property_file(prop.part, prop.problem)
    tree = ast.parse(path.read_bytes())
    test = definitions(tree).get(f"test_{prop.name}")
    return set() if test is None else calls_of(test)
