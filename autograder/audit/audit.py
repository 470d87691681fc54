"""A whole audit: mutants, corpus, stability, chances, cost; gives a Report."""

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from autograder.audit.alike import read_declared
from autograder.audit.concern import grader_for
from autograder.audit.corpus import Entry, read_corpus
from autograder.audit.crew import Crew, Means, hurried
from autograder.audit.fresh import fresh_banks
from autograder.audit.generated import Fate, fates, mutants, narrowed, only_killers, stale
from autograder.audit.judge import Key, examine, paying
from autograder.audit.memory import Memory, Shelf
from autograder.audit.report import Graded, Report
from autograder.audit.steady import power, repeats, stability
from autograder.audit.subject import audited
from autograder.engine.grader import Grader
from autograder.manifest import Homework

__all__ = ["Plan", "audit", "sound"]

SAMPLE_SEEDS = 2  # banks of the sample on which mutants are compared with the reference
POWER_SEEDS = 5
LEAST_SEEDS = 20
REPEATED = 12  # submissions that are graded twice


@dataclass(frozen=True)
class Plan:
    """What to audit: some parts (None: all), one mutant and one corpus entry in so many, fresh banks, processors.

    `generated_s` and `catalogue_s` are CPU seconds a call that mutants get at most.
    """

    parts: tuple[str, ...] | None = None
    one_in: int = 1
    seeds: int = 20
    jobs: int = 2
    generated_s: float = 1.0
    catalogue_s: float = 4.0

    @property
    def whole(self) -> bool:
        """Whether every part, mutant and entry takes part."""
        return self.parts is None and self.one_in == 1

    @property
    def speaks(self) -> bool:
        """Whether the result speaks for the homework: nothing is left out, and there are banks enough."""
        return self.whole and self.seeds >= LEAST_SEEDS


@dataclass
class Clock:
    """How long the phases took."""

    say: Callable[[str], None]
    took: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Times a phase and says that it begins."""
        self.say(name)
        started = time.perf_counter()
        yield
        self.took[name] = time.perf_counter() - started


def audit(
    homework: Homework,
    plan: Plan,
    say: Callable[[str], None],
    memory: Memory | None = None,
    tick: Callable[[int, int], None] | None = None,
) -> Report:
    """Audits a homework as the plan says; raises what a broken homework raises.

    `say` hears which phase begins, `tick(n, of)` how far it is. What lies in the `memory` is not asked again.
    """
    about = audited(homework)
    means = Means(plan.jobs, memory, tick)
    clock = Clock(say)
    with clock.phase("drawing fresh cases"):
        banks = fresh_banks(homework, plan.parts, max(plan.seeds, SAMPLE_SEEDS), means)
    corpus = _sampled(read_corpus(homework), plan)
    declared = read_declared(homework)
    real = Crew(homework, means, plan.parts)
    tight = Crew(hurried(homework, plan.catalogue_s), means, plan.parts)
    quick = Crew(hurried(homework, plan.generated_s), means, plan.parts)
    with clock.phase("generated mutants"):
        found, same = mutants(homework, one_in=plan.one_in, means=means)
        if plan.parts is not None:
            found = narrowed(quick, found)
        ends, rate = fates(quick, found, banks[:SAMPLE_SEEDS], declared)
    with clock.phase("corpus"):
        asked = [entry for entry in corpus.values() if _concerns(entry, real.grader)]
        graded = real.map(_graded, asked, Shelf("corpus", lambda e: e.digest, Graded, lambda g: sound(homework, g)))
    wanted = [(p.part.id, p.name) for p in paying(real.grader, homework.problems)]
    with clock.phase("which property is needed"):
        alone = _alone(quick, graded, ends, wanted)
    killed = {g.entry.name: set(g.failed) for g in graded if not g.entry.right}
    with clock.phase("stability"):
        known = {name: min(keys, key=wanted.index) for name, keys in killed.items() if keys}
        decided = [g.entry for g in graded if g.entry.right or g.entry.name in known]
        steady = stability(real, tight, decided, banks[: plan.seeds], known)
        differ, repeated = _repeated(real, graded)
    with clock.phase("power"):
        chances = _chances(graded)
        strength = power(tight, chances, killed, corpus, banks[: min(plan.seeds, POWER_SEEDS)])
    return Report(
        homework=homework,
        about=about,
        whole=plan.whole,
        fates=ends,
        same=same,
        rate=rate,
        stale=stale(ends, declared) if plan.whole else [],
        graded=graded,
        alone=alone,
        paying=wanted,
        stability=steady,
        differ=differ,
        repeated=repeated,
        chances=chances,
        power=strength,
        seconds=sum(clock.took.values()),
        phases=clock.took,
    )


def _sampled(corpus: dict[str, Entry], plan: Plan) -> dict[str, Entry]:
    """One entry in so many, always the same ones."""
    number = {name: int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "big") for name in corpus}
    return {name: entry for name, entry in corpus.items() if number[name] % plan.one_in == 0}


def _concerns(entry: Entry, grader: Grader) -> bool:
    """Whether the entry says something about a part that is graded."""
    return not grader.parts.isdisjoint({*entry.points, *entry.at_most, *entry.at_least})


def sound(homework: Homework, graded: Graded) -> bool:
    """Whether an entry stands in no gate's way: it has its points, and a right one is far enough inside tolerances."""
    return not graded.amiss and all(inside >= homework.audit.inside for inside in graded.inside.values())


def _graded(grader: Grader, entry: Entry) -> Graded:
    homework = grader.homework
    seen = examine(grader_for(grader, entry), entry.submission)
    here = {name for name, problem in homework.problems.items() if entry.submission.locate(problem.file).path}
    asks = {(p.part.id, p.name): p.problems for p in grader.properties}
    failed = {key: claim for key, claim in seen.failed(grader).items() if here.issuperset(asks[key])}
    return Graded(entry, entry.amiss(seen.earned), failed, seen)


def _alone(crew: Crew, graded: Sequence[Graded], ends: Sequence[Fate], wanted: Sequence[Key]) -> dict[Key, str]:
    """For each paying property a mutant that falls to its claim alone: of the corpus, else of the generated ones."""
    found: dict[Key, str] = {}
    for one in graded:
        if not one.entry.right and len(one.failed) == 1 and all(one.failed.values()):
            found.setdefault(min(one.failed), one.entry.name)
    return found | only_killers(crew, ends, [key for key in wanted if key not in found])


def _chances(graded: Sequence[Graded]) -> dict[Key, float]:
    """By property the bound on a false rejection in one grading: the largest that a right variant met."""
    found: dict[Key, float] = {}
    for one in graded:
        for key, bound in one.seen.chances.items() if one.entry.right else ():
            found[key] = max(bound, found.get(key, 0.0))
    return found


def _repeated(crew: Crew, graded: Sequence[Graded]) -> tuple[list[str], int]:
    """Grades some entries twice from files, as handed in; gives those whose results differ, and how many there were."""
    every = max(1, len(graded) // REPEATED)
    chosen = [g.entry for g in graded[::every]]
    with tempfile.TemporaryDirectory(prefix="gradelbo-audit-") as name:
        for entry in chosen:
            for path, data in entry.files.items():
                target = Path(name) / entry.name / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
        return repeats(crew, [Path(name) / entry.name for entry in chosen]), len(chosen)
