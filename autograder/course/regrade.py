"""Grades the hand-ins of an export into the ledger, each once; what is known already is not graded again."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec

from autograder.course.deciding import require_clear
from autograder.course.export import Export
from autograder.course.grading import Graded, facts_for, grade_path, score_of
from autograder.course.handin import Handin, key_of, submitters_of
from autograder.course.ledger import Entry, Ledger, Run
from autograder.course.pins import Pins, pins_of
from autograder.course.placing import DAMAGED, placed
from autograder.course.pool import Outcome, Pool, Serve, Start
from autograder.course.task import Runner, Task
from autograder.engine.grader import Grader
from autograder.engine.overrides import Overrides
from autograder.engine.pipeline import rubric_of
from autograder.errors import UsageError
from autograder.manifest import Homework

__all__ = ["Choice", "Done", "Plan", "limit_s", "local_pool", "plan_regrade", "regrade"]

TIMES, MARGIN_S = 2, 60.0  # a submission is graded twice at most; what a grader may take beside


class Choice(NamedTuple):
    """Which hand-ins are meant, None for all.

    Those in which something did not pass in the run `failed_in`; those new or changed `since` a run; `sample` of them.
    """

    failed_in: Run | None = None
    since: Run | None = None
    sample: int | None = None


ALL = Choice()


@dataclass(frozen=True)
class Plan:
    """What a regrade will do: hand-ins in order with their digests ("": no files), and what is wrong with the rest.

    `known` maps those whose verdicts are in the ledger to their number; the others are `to_grade`. `people` has who
    hands in where verdicts hang on that, and is empty elsewhere.
    """

    export: Export
    pins: Pins
    handins: tuple[Handin, ...]
    digests: Mapping[str, str]
    damaged: Mapping[str, str]
    known: Mapping[str, int]
    overrides: Overrides | None = None
    to_grade: tuple[str, ...] = ()
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def subject(self, key: str) -> str:
        """The digest of what the verdicts on a hand-in hang on besides the pins."""
        return _subject(self.digests[key], self.people.get(key, ()))

    @property
    def key(self) -> str:
        """The digest of everything that the run's entries follow from, but for the rubric."""
        listed = [(h, self.digests.get(h.id, "")) for h in sorted(self.handins, key=lambda h: h.id)]
        decided = None if self.overrides is None else sorted(self.overrides.students.items())
        data = msgspec.json.encode([self.pins, listed, decided, *filter(None, (sorted(self.people.items()),))])
        return hashlib.blake2b(data, digest_size=16).hexdigest()


class Done(NamedTuple):
    """A hand-in with its entry; `how` is "graded", "known", "absent", "internal"; after how many seconds."""

    entry: Entry
    how: str
    seconds: float


def plan_regrade(
    grader: Grader, export: Export, ledger: Ledger, *, choice: Choice = ALL, overrides: Overrides | None = None
) -> Plan:
    """Looks at every hand-in and at the ledger; grades nothing, writes nothing.

    Raises UsageError where overrides could mean two students.
    """
    if overrides is not None:
        require_clear(overrides, export.handins)
    pins = pins_of(grader)
    people_of = submitters_of if _is_personal(grader.homework) else _nobody
    digests: dict[str, str] = {}
    damaged: dict[str, str] = {}
    wanted = list(_chosen(export, ledger, choice, pins))
    for handin in wanted:
        if handin.id not in export.places:
            continue
        try:
            digests[handin.id] = export.digest(handin.id)
        except (UsageError, OSError) as error:
            damaged[handin.id] = f"{DAMAGED}: {error}"
    if choice.since is not None:
        before = {e.handin.id: _subject(e.digest, people_of(e.handin)) for e in ledger.entries(choice.since)}
        now = {h.id: _subject(digests.get(h.id, ""), people_of(h)) for h in wanted}
        wanted = [h for h in wanted if before.get(h.id) != now[h.id]]
    if choice.sample is not None:
        wanted = _sampled(wanted, choice.sample)
    people = {h.id: found for h in wanted if (found := people_of(h))}
    subjects = {h.id: _subject(digests[h.id], people_of(h)) for h in wanted if h.id in digests}
    numbers = {key: ledger.known(pins, subject) for key, subject in subjects.items()}
    known = {key: number for key, number in numbers.items() if number is not None}
    to_grade = tuple(key for key, number in numbers.items() if number is None)
    return Plan(export, pins, tuple(wanted), digests, damaged, known, overrides, to_grade, people)


def regrade(
    plan: Plan,
    grader: Grader,
    ledger: Ledger,
    runner: Runner,
    say: Callable[[Done], None],
    *,
    tick: Callable[[], None] = lambda: None,
) -> Run:
    """Carries a plan out; `say` hears of every hand-in as it is committed.

    Begun again with the same digests, it goes on; what a fault of ours left open is tried again.
    """
    run = ledger.begin(_run_key(plan, grader), plan.pins, rubric_of(grader.homework), plan.export.name)
    by_id = {handin.id: handin for handin in plan.handins}
    for some in _batches(_without_grading(plan, grader, ledger)):
        ledger.enter_all(run, [done.entry for done in some])
        for done in some:
            say(done)
    alike: dict[str, list[str]] = {}
    for key in plan.to_grade:
        alike.setdefault(plan.subject(key), []).append(key)
    for outcome in placed(plan.export, [keys[0] for keys in alike.values()], runner, tick, people=plan.people):
        for key in alike[plan.subject(outcome.key)]:
            done = _graded(plan, grader, ledger, by_id[key], outcome)
            ledger.enter(run, done.entry)
            say(done if key == outcome.key else done._replace(how="known", seconds=0.0))
    ledger.finish(run)
    return ledger.run(run.id)


def local_pool(grader: Grader, jobs: int, start: Start | None = None) -> Pool:
    """So many grading processes of this machine, forks of this one; the grader must not have been used.

    `start` in the place of `servant(grader)` is for tests.
    """
    return Pool(start or servant(grader), jobs, limit_s(grader.homework))


def limit_s(homework: Homework) -> float:
    """The seconds after which a hand-in that is not done will not be."""
    return TIMES * homework.wall_s + MARGIN_S


def servant(grader: Grader) -> Start:
    """What starts a grading process in a fork: it grades by the copy of this grader that the fork has."""

    @contextmanager
    def start(_: Path) -> Iterator[Serve]:
        def serve(data: bytes) -> bytes:
            task = msgspec.msgpack.decode(data, type=Task)
            return msgspec.msgpack.encode(grade_path(grader, task.place, task.people))

        with grader:
            yield serve

    return start


def _is_personal(homework: Homework) -> bool:
    """Whether verdicts hang on who hands in: some of its questions are drawn for each student."""
    return any(problem.personal for problem in homework.problems.values())


def _nobody(_: Handin) -> tuple[str, ...]:
    return ()


def _subject(digest: str, people: Iterable[str]) -> str:
    """The digest of files and people; that of the files where there are none."""
    names = sorted(set(map(key_of, people)))
    if not digest or not names:
        return digest
    return hashlib.blake2b(msgspec.json.encode([digest, names]), digest_size=16).hexdigest()


def _chosen(export: Export, ledger: Ledger, choice: Choice, pins: Pins) -> Iterator[Handin]:
    """The hand-ins of the export, or those of them that lost points in a run, in the parts that are graded."""
    if choice.failed_in is None:
        yield from export.handins
        return
    lost = {entry.handin.id for entry in ledger.entries(choice.failed_in) if _failed(ledger, entry, pins)}
    yield from (handin for handin in export.handins if handin.id in lost)


def _failed(ledger: Ledger, entry: Entry, pins: Pins) -> bool:
    """Whether some check of these parts did not pass; of what was not graded, always."""
    if entry.graded is None:
        return entry.state != "absent"
    found = ledger.verdicts(entry.graded)
    return any(verdict != "passed" for part in pins.parts for verdict in found.get(part, {"": "missing"}).values())


def _sampled(handins: Iterable[Handin], count: int) -> list[Handin]:
    """So many of the hand-ins, always the same ones, in the order that they had."""
    listed = list(handins)
    lot = {h.id: hashlib.blake2b(h.id.encode("utf-8", "surrogatepass"), digest_size=8).digest() for h in listed}
    kept = set(sorted(lot, key=lambda key: lot[key])[:count])
    return [handin for handin in listed if handin.id in kept]


def _run_key(plan: Plan, grader: Grader) -> str:
    return f"regrade {plan.key} {rubric_of(grader.homework)}"


def _without_grading(plan: Plan, grader: Grader, ledger: Ledger) -> Iterator[Done]:
    """The entries of hand-ins whose verdicts are known, and of those that have no files to grade."""
    for handin in plan.handins:
        digest = plan.digests.get(handin.id, "")
        if handin.id in plan.damaged:
            yield Done(Entry(handin, "", "internal", plan.damaged[handin.id], None, None), "internal", 0.0)
        elif not digest:
            yield Done(Entry(handin, "", "absent", "none of its files is there", None, None), "absent", 0.0)
        elif handin.id in plan.known:
            yield Done(_scored(plan, grader, ledger, handin, plan.known[handin.id]), "known", 0.0)


def _graded(plan: Plan, grader: Grader, ledger: Ledger, handin: Handin, outcome: Outcome) -> Done:
    """The entry of a hand-in after grading; verdicts go into the ledger first."""
    digest = plan.digests[handin.id]
    if outcome.data is None:
        return Done(Entry(handin, digest, "internal", outcome.fault, None, None), "internal", outcome.seconds)
    graded = msgspec.msgpack.decode(outcome.data, type=Graded)
    number = ledger.keep(plan.pins, plan.subject(handin.id), graded, attempts=outcome.attempts)
    return Done(_scored(plan, grader, ledger, handin, number), "graded", graded.seconds)


def _scored(plan: Plan, grader: Grader, ledger: Ledger, handin: Handin, number: int) -> Entry:
    facts = facts_for(handin, plan.overrides, *ledger.signs(number))
    score = score_of(grader.homework, ledger.verdicts(number), facts)
    return Entry(handin, plan.digests[handin.id], "graded", "", number, score, facts.override, facts.conflict)


def _batches(items: Iterable[Done], size: int = 500) -> Iterator[list[Done]]:
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some
