"""One submission before the real grader: to its first lost point, or through everything with margins and costs."""

import functools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograder.engine.grader import Grader
from autograder.engine.properties import Property
from autograder.engine.run import Replay, hidden_checks, public_checks
from autograder.engine.session import Sessions
from autograder.engine.submission import Submission
from autograder.errors import InternalFault
from autograder.kit.margin import Margin, listening
from autograder.scoring.rubric import score_homework
from autograder.scoring.verdict import Check, Verdict

__all__ = ["Key", "Kill", "Seen", "by_claim", "examine", "first_kill", "name_of", "paying"]

Key = tuple[str, str]  # part, property


class Kill(NamedTuple):
    """The first paying property that failed: which, how, the points lost, and error over tolerance (0: none).

    `raised` is what the property's own code raised, if it did.
    """

    key: Key
    verdict: Verdict
    lost: float
    ratio: float = 0.0
    public: bool = True
    claim: bool = True
    raised: str = ""


@dataclass
class Seen:
    """What a whole run showed: points by part, checks, margins and CPU seconds by property, by part the larger pass."""

    earned: dict[str, float | None] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    margins: dict[Key, Margin] = field(default_factory=dict)
    chances: dict[Key, float] = field(default_factory=dict)
    cost: dict[Key, float] = field(default_factory=dict)
    part_cost: dict[str, float] = field(default_factory=dict)

    def failed(self, grader: Grader) -> dict[Key, bool]:
        """The paying properties that did not pass, and whether it was their claim that failed."""
        parts = grader.homework.parts
        return {
            (c.part, c.name): by_claim(c)
            for c in self.checks
            if c.verdict is not Verdict.PASSED and c.name in parts[c.part].pays
        }


def by_claim(check: Check) -> bool:
    """Whether a claim failed and not merely a call: a call that raises, or returns no data, falls to any property.

    Only a claim knows what it expected.
    """
    expected = check.failure is not None and bool(check.failure.expected)
    return check.verdict is Verdict.WRONG or (check.verdict is Verdict.MALFORMED and expected)


def name_of(key: Key) -> str:
    """A property as the report names it: 2b.matches_reference."""
    return f"{key[0]}.{key[1]}"


def paying(grader: Grader, problems: Iterable[str]) -> list[Property]:
    """The properties that pay, of these problems, in the manifest's order."""
    wanted = set(problems)
    return [p for p in grader.properties if p.name in p.part.pays and p.problem in wanted]


def first_kill(
    grader: Grader, submission: Submission, properties: Iterable[Property], *, first: Key | None = None
) -> Kill | None:
    """The first of these paying properties that costs points: public cases first, then hidden ones on fresh workers.

    `first` names the property whose hidden cases go before all others: the one that is known to fail.
    """
    properties = list(properties)
    public, hidden = grader.sessions(submission)
    try:
        for prop, replay in _steps(grader, properties, first, public, hidden):
            if (kill := _tried(grader, prop, replay)) is not None:
                return kill
    finally:
        public.close()
        hidden.close()
    return None


def _steps(
    grader: Grader, properties: list[Property], first: Key | None, public: Sessions, hidden: Sessions
) -> Iterator[tuple[Property, Replay]]:
    """The properties in the order in which they are tried, each with its pass; a part's time starts with each pass."""
    if grader.banks.hidden is None:
        raise InternalFault("there is no hidden bank to audit with")
    open_pass = Replay(grader.banks.public, public, grader.reference, public=True)
    closed_pass = Replay(grader.banks.hidden, hidden, grader.reference, public=False)
    order = [(p, closed_pass) for p in properties if (p.part.id, p.name) == first]
    order += [(p, open_pass) for p in properties if p.name in p.part.public]
    order += [(p, closed_pass) for p in properties if (p.part.id, p.name) != first]
    before = None
    for prop, replay in order:
        if replay is closed_pass and before is open_pass:
            public.close()
        before = replay
        replay.sessions.of(prop.problem).start_part()
        yield prop, replay


def _tried(grader: Grader, prop: Property, replay: Replay) -> Kill | None:
    ratios: list[float] = []
    with listening(lambda margin: ratios.append(margin.ratio)):
        check = replay.check(prop)
    if check.verdict is Verdict.PASSED:
        return None
    if check.verdict in (Verdict.INTERNAL, Verdict.UNGRADED):
        raise InternalFault(f"part {prop.part.id}, {prop.name}: {check.verdict} while auditing; see the log")
    lost = _lost(grader, check)
    largest = max((r if r == r else math.inf for r in ratios), default=0.0)
    ratio = largest if check.verdict is Verdict.WRONG else 0.0
    key = (prop.part.id, prop.name)
    raised = check.failure.raised if check.failure is not None else ""
    return Kill(key, check.verdict, lost, ratio, replay.public, by_claim(check), raised) if lost > 0 else None


def _lost(grader: Grader, failed: Check) -> float:
    """The points that the rubric takes when this check fails and every other passes."""
    homework = grader.homework
    checks = [
        failed if (part.id, name) == (failed.part, failed.name) else Check(part.id, name, name, Verdict.PASSED)
        for part in homework.parts.values()
        for name in part.pays
    ]
    scores = score_homework(homework, checks)
    return sum(s.part.automatic - (s.earned or 0.0) for s in scores)


def examine(grader: Grader, submission: Submission) -> Seen:
    """Every property on every case as a real run replays them, with what was seen on the way."""
    seen = Seen()
    public, hidden = grader.sessions(submission)
    parts = {p.part.id: p.part for p in grader.properties}
    known: dict[str, dict[str, Check]] = {}
    checks: list[Check] = []
    if grader.banks.hidden is None:
        raise InternalFault("there is no hidden bank to audit with")
    try:
        for sessions, bank, open_pass in ((public, grader.banks.public, True), (hidden, grader.banks.hidden, False)):
            before = None if open_pass else grader.banks.public
            replay = Replay(bank, sessions, grader.reference, public=open_pass, before=before)
            for part in parts.values():
                mine = {p.name: _watched(p, sessions, seen) for p in grader.properties if p.part.id == part.id}
                if open_pass:
                    known[part.id] = public_checks(part, mine, replay)
                else:
                    checks += hidden_checks(part, mine, replay, known[part.id]).values()
                spent = max(sessions.of(problem).spent_s for problem in part.problems)
                seen.part_cost[part.id] = max(spent, seen.part_cost.get(part.id, 0.0))
            sessions.close()
    finally:
        public.close()
        hidden.close()
    seen.checks = tuple(checks)
    seen.earned = {
        s.part.id: s.earned for s in score_homework(grader.homework, checks) if s.part.id in parts and s.part.pays
    }
    return seen


def _watched(prop: Property, sessions: Sessions, seen: Seen) -> Property:
    """The property, its comparisons and its calls' CPU time taken down."""
    key = (prop.part.id, prop.name)

    def noted(margin: Margin) -> None:
        ratio = margin.ratio if margin.ratio == margin.ratio else math.inf
        if key not in seen.margins or ratio > seen.margins[key].ratio:
            seen.margins[key] = margin._replace(ratio=ratio)
        if margin.chance:
            seen.chances[key] = seen.chances.get(key, 0.0) + margin.chance

    @functools.wraps(prop.inner)
    def inner(**arguments: Any) -> Any:
        session = sessions.of(prop.problem)
        before = session.spent_s
        try:
            with listening(noted):
                return prop.inner(**arguments)
        finally:
            seen.cost[key] = seen.cost.get(key, 0.0) + max(0.0, session.spent_s - before)

    return prop._replace(inner=inner)
