"""Whether verdicts hold still: fresh cases, repeated runs in another order, and the chances of statistical tests."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import msgspec

from autograder.audit.corpus import Entry
from autograder.audit.crew import Crew
from autograder.audit.judge import Key, Kill, first_kill, name_of, paying
from autograder.audit.memory import Shelf
from autograder.engine.grader import Grader
from autograder.engine.pipeline import grade
from autograder.engine.properties import Property
from autograder.engine.run import Banks, Replay
from autograder.errors import InternalFault
from autograder.kit.margin import listening
from autograder.scoring.gradescope import encode
from autograder.scoring.verdict import Verdict

__all__ = ["Stability", "power", "repeats", "stability"]


class Loss(NamedTuple):
    """Under which bank a right entry lost a point, and to what."""

    seed: int
    to: str


@dataclass
class Stability:
    """Over `seeds` fresh banks: by right entry what it lost where, by mutant in how many it was caught."""

    seeds: int = 0
    lost: dict[str, list[Loss]] = field(default_factory=dict)
    caught: dict[str, int] = field(default_factory=dict)

    @property
    def loose(self) -> dict[str, int]:
        """The mutants caught under fewer than 19 of 20 banks."""
        return {name: n for name, n in self.caught.items() if n < 0.95 * self.seeds}

    def folded(self, name: str) -> list[str]:
        """What a right entry lost, each thing once with the banks under which it did."""
        banks: dict[str, list[int]] = {}
        for loss in self.lost.get(name, ()):
            banks.setdefault(loss.to, []).append(loss.seed)
        return [
            f"{to} under {'every bank' if len(seeds) == self.seeds else f'bank {_ranges(seeds)}'}"
            for to, seeds in banks.items()
        ]

    @property
    def share(self) -> float:
        """The share of entries that hold still."""
        entries = len(self.lost) + len(self.caught)
        bad = sum(bool(where) for where in self.lost.values()) + len(self.loose)
        return 1.0 if not entries else 1 - bad / entries


def _said(kill: Kill) -> str:
    """The property that took the point and how; of an exception of its own also which."""
    return f"{name_of(kill.key)} ({kill.verdict}{f'; the property itself raised {kill.raised}' if kill.raised else ''})"


def _ranges(numbers: Sequence[int]) -> str:
    """Rising numbers in few words: 0-3, 7."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in found)


def stability(
    right: Crew, wrong: Crew, entries: Sequence[Entry], banks: Sequence[Banks], known: Mapping[str, Key]
) -> Stability:
    """Every entry under every fresh bank: right ones keep all points, mutants lose some.

    `right` grades with the manifest's limits, `wrong` with tight ones; `known` says which property kills a mutant.
    A property that draws nothing asks the same of everyone under every bank: it is not asked again, and a mutant that
    falls to it is caught by every bank.
    """
    found = Stability(len(banks))
    drawn = {(p.part.id, p.name) for p in right.grader.properties if p.drawn}
    found.caught = {e.name: len(banks) for e in entries if not e.right and known[e.name] not in drawn}
    tried = [entry for entry in entries if entry.right or entry.name not in found.caught]
    digests = [f"{pair.public.digest} {pair.hidden.digest if pair.hidden else ''}" for pair in banks]
    for crew, mine in ((right, [e for e in tried if e.right]), (wrong, [e for e in tried if not e.right])):
        jobs = [(i, entry) for i in range(len(banks)) for entry in mine]
        shelf = Shelf(
            "under other banks",
            lambda job: f"{digests[job[0]]} {job[1].digest} {known.get(job[1].name)}",
            Kill | None,
            (lambda kill: kill is None) if crew is right else (lambda kill: kill is not None),
        )
        kills = crew.map(lambda grader, job: _kill(_replaying(grader, banks[job[0]]), job[1], known), jobs, shelf)
        for (i, entry), kill in zip(jobs, kills, strict=True):
            if entry.right:
                lost = found.lost.setdefault(entry.name, [])
                lost += [Loss(i, _said(kill))] if kill else []
            else:
                found.caught[entry.name] = found.caught.get(entry.name, 0) + (kill is not None)
    return found


def _replaying(grader: Grader, banks: Banks) -> Grader:
    """The grader with other cases; it shares the other's processes."""
    view = copy.copy(grader)
    view.banks = banks
    return view


def _kill(grader: Grader, entry: Entry, known: Mapping[str, Key]) -> Kill | None:
    """The first point that the entry loses, in the problems whose files it hands in."""
    homework = grader.homework
    problems = [name for name, p in homework.problems.items() if entry.submission.locate(p.file).path]
    asked = paying(grader, problems if entry.right else homework.problems)
    here = set(problems)
    judging = [p for p in asked if not entry.right or (p.part.id in entry.points and here.issuperset(p.problems))]
    properties = [p for p in judging if p.drawn]
    return first_kill(grader, entry.submission, properties, first=known.get(entry.name))


def repeats(crew: Crew, folders: Sequence[Path]) -> list[str]:
    """The submissions whose results differ between two runs, the second in the other order and on other graders."""

    def results(grader: Grader, folder: Path) -> bytes:
        return encode(msgspec.structs.replace(grade(grader, folder).results, execution_time=0.0))

    first = crew.map(results, folders)
    second = crew.map(results, list(reversed(folders)))[::-1]
    return [folder.name for folder, a, b in zip(folders, first, second, strict=True) if a != b]


def power(
    crew: Crew,
    samplers: Iterable[Key],
    killed: Mapping[str, set[Key]],
    entries: Mapping[str, Entry],
    banks: list[Banks],
) -> dict[Key, tuple[int, int]]:
    """For each statistical property: of the cases of fresh banks, on how many it rejects the mutants that it must.

    Gives (rejected, cases) over all mutants of the corpus that it kills under the shipped bank.
    """
    by_key = {(p.part.id, p.name): p for p in crew.grader.properties}
    jobs = [(by_key[key], entries[name]) for key in samplers for name, keys in killed.items() if key in keys]

    def rejected(grader: Grader, item: tuple[Property, Entry]) -> tuple[int, int]:
        prop, entry = item
        counts = [_cases(grader, prop, entry, pair) for pair in banks]
        return sum(n for n, _ in counts), sum(of for _, of in counts)

    shelf = Shelf(
        f"power {len(banks)}",
        lambda item: f"{name_of((item[0].part.id, item[0].name))} {item[1].digest}",
        tuple[int, int],
        lambda _: True,
    )
    found: dict[Key, tuple[int, int]] = {}
    for (prop, _), (n, of) in zip(jobs, crew.map(rejected, jobs, shelf), strict=True):
        key = (prop.part.id, prop.name)
        before = found.get(key, (0, 0))
        found[key] = (before[0] + n, before[1] + of)
    return found


def _cases(grader: Grader, prop: Property, entry: Entry, pair: Banks) -> tuple[int, int]:
    """On how many of a bank's cases, each on its own, the property rejects the entry."""
    if pair.hidden is None:
        raise InternalFault("there is no hidden bank to audit with")
    _, sessions = grader.sessions(entry.submission)
    replay = Replay(pair.hidden, sessions, grader.reference, public=False)
    cases = pair.hidden.cases(prop)
    try:
        count = 0
        for case in cases:
            sessions.of(prop.problem).start_part()
            with listening(lambda _: None):
                count += replay.check(prop, case.id).verdict is not Verdict.PASSED
    finally:
        sessions.close()
    return count, len(cases)
