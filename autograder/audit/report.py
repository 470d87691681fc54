"""What an audit found, as frozen values, and which gates it passes; prints nothing."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograder.audit.corpus import Entry
from autograder.audit.generated import Fate
from autograder.audit.judge import Key, Seen, name_of
from autograder.audit.steady import Stability
from autograder.manifest import Homework

__all__ = ["Gate", "Graded", "Report", "decades", "gates"]

FALSE_REJECTION = 1e-6  # over a whole homework
FAR = 16.0  # decades that are shown at most


class Graded(NamedTuple):
    """One corpus entry before the grader: how its points differ from what it must get, and what was seen.

    `failed` are the paying properties that did not pass, of the problems whose files it hands in, and whether it was
    their claim that failed.
    """

    entry: Entry
    amiss: list[str]
    failed: dict[Key, bool]
    seen: Seen


class Gate(NamedTuple):
    """One condition: what was asked for, what was found, and the names that stand in the way."""

    name: str
    wanted: str
    found: str
    missed: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.missed


@dataclass(frozen=True)
class Report:
    """Everything that an audit found. `whole` is False for an audit of some parts, or of a sample.

    `about` is the digest of what lay there when it began.
    """

    homework: Homework
    about: str
    whole: bool
    fates: list[Fate]
    same: int
    rate: float
    stale: list[str]
    graded: list[Graded]
    alone: Mapping[Key, str]
    paying: list[Key]
    stability: Stability
    differ: list[str]
    repeated: int
    chances: Mapping[Key, float]
    power: Mapping[Key, tuple[int, int]]
    seconds: float
    phases: Mapping[str, float] = field(default_factory=dict)

    def states(self, part_problem: str | None = None) -> dict[str, int]:
        """How many mutants ended in which way, of one problem or of all."""
        counts = dict.fromkeys(("killed", "survived", "equal", "declared"), 0)
        for fate in self.fates:
            if part_problem in (None, fate.mutant.problem):
                counts[fate.state] += 1
        return counts

    @property
    def verdicts(self) -> dict[str, int]:
        """How many mutants were killed by which verdict, the commonest first."""
        return dict(Counter(str(f.kill.verdict) for f in self.fates if f.kill).most_common())

    @property
    def survivors(self) -> list[Fate]:
        """The mutants that nothing kills and nobody declared."""
        return [fate for fate in self.fates if fate.state == "survived"]

    @property
    def margins(self) -> dict[Key, tuple[float, str]]:
        """By property, how many decades inside the tolerance the worst right variant lies, and which one it is."""
        found: dict[Key, tuple[float, str]] = {}
        for graded in self.graded:
            if graded.entry.right:
                for key, margin in graded.seen.margins.items():
                    inside = -decades(margin.ratio)
                    if not margin.chance and inside < found.get(key, (math.inf, ""))[0]:
                        found[key] = (inside, graded.entry.name)
        return found

    @property
    def beyond(self) -> list[tuple[str, str, float]]:
        """(mutant, property, decades beyond the tolerance) for every generated mutant that a comparison killed."""
        return [
            (f.mutant.id, name_of(f.kill.key), decades(f.kill.ratio)) for f in self.fates if f.kill and f.kill.ratio > 1
        ]

    @property
    def cost(self) -> dict[str, tuple[float, float, str]]:
        """By part: the most CPU seconds of a right variant's pass, the budget, and the variant."""
        found: dict[str, tuple[float, float, str]] = {}
        for graded in self.graded:
            for part, spent in graded.seen.part_cost.items() if graded.entry.right else ():
                if spent >= found.get(part, (0.0,))[0]:
                    limits = self.homework.problems[self.homework.parts[part].problem].limits
                    found[part] = (spent, limits.part_s, graded.entry.name)
        return found

    @property
    def slowest(self) -> tuple[str, float, str]:
        """The property that took most CPU seconds, how many, and with which right variant."""
        every = [
            (name_of(key), spent, g.entry.name)
            for g in self.graded
            if g.entry.right
            for key, spent in g.seen.cost.items()
        ]
        return max(every, key=lambda found: found[1], default=("", 0.0, ""))


def decades(ratio: float) -> float:
    """The decimal logarithm of error over tolerance: positive beyond it, negative inside; never more than FAR."""
    if not ratio > 0:
        return -FAR
    return FAR if math.isinf(ratio) else max(-FAR, min(FAR, math.log10(ratio)))


def gates(report: Report) -> list[Gate]:
    """The conditions that the manifest sets, held against what was found."""
    asked = report.homework.audit
    counts = report.states()
    real = counts["killed"] + counts["survived"]
    killed = counts["killed"] / real if real else 1.0
    wrong = [g for g in report.graded if not g.entry.right]
    right = [g for g in report.graded if g.entry.right]
    found = [
        Gate(
            "generated mutants killed",
            f">= {asked.generated:.1%}",
            f"{killed:.2%} ({counts['killed']} of {real})",
            tuple(f.mutant.id for f in report.survivors) if killed < asked.generated else (),
        ),
        Gate("declared equivalents are true", "all", f"{len(report.stale)} stale", tuple(report.stale)),
        _share("catalogue mutants get their points", asked.catalogue, wrong, needed=report.whole),
        _share("right variants get everything", asked.accepts, right, needed=report.whole),
        _stable(report),
        Gate(
            "same submission, same bytes",
            "all",
            f"{report.repeated - len(report.differ)} of {report.repeated}",
            tuple(report.differ),
        ),
        _inside(report),
        _chance(report),
    ]
    return found + ([_alone(report)] if report.whole else [])


def _share(name: str, wanted: float, graded: Iterable[Graded], *, needed: bool) -> Gate:
    """The share that has its points; where one is `needed`, none at all is a miss."""
    every = list(graded)
    if needed and not every:
        return Gate(name, f">= {wanted:.0%}", "none is there", ("tests/corpus has no such submission",))
    bad = [g for g in every if g.amiss]
    share = 1 - len(bad) / len(every) if every else 1.0
    missed = tuple(f"{g.entry.name} ({'; '.join(g.amiss)}){_failing(g)}" for g in bad) if share < wanted else ()
    return Gate(name, f">= {wanted:.0%}", f"{len(every) - len(bad)} of {len(every)}", missed)


def _failing(graded: Graded) -> str:
    raised = {(c.part, c.name): c.failure.raised for c in graded.seen.checks if c.failure is not None}
    names = sorted(
        name_of(key) + (f" (the property itself raised {raised[key]})" if raised.get(key) else "")
        for key in graded.failed
    )
    return f": fails {', '.join(names)}" if graded.entry.right and names else ""


def _stable(report: Report) -> Gate:
    steady = report.stability
    missed = [f"{name} loses {'; '.join(steady.folded(name))}" for name, where in steady.lost.items() if where]
    missed += [f"{name} is caught by {n} of {steady.seeds} banks" for name, n in steady.loose.items()]
    entries = len(steady.lost) + len(steady.caught)
    wanted = report.homework.audit.stability
    return Gate(
        f"same verdict under {steady.seeds} other banks",
        f">= {wanted:.0%}",
        f"{entries - len(missed)} of {entries}",
        tuple(missed) if steady.share < wanted else (),
    )


def _inside(report: Report) -> Gate:
    wanted = report.homework.audit.inside
    narrow = [
        f"{name_of(key)}: {who} is {inside:.2f} decades inside"
        for key, (inside, who) in report.margins.items()
        if inside < wanted
    ]
    least = min((inside for inside, _ in report.margins.values()), default=FAR)
    return Gate("right values stay inside tolerances", f">= {wanted:g} decades", f"{least:.2f}", tuple(narrow))


def _chance(report: Report) -> Gate:
    total = sum(report.chances.values())
    names = tuple(f"{name_of(key)}: {bound:.1e}" for key, bound in report.chances.items())
    return Gate(
        "chance of a false rejection",
        f"<= {FALSE_REJECTION:g}",
        f"{total:.1e}",
        names if not total <= FALSE_REJECTION else (),
    )


def _alone(report: Report) -> Gate:
    because = report.homework.audit.because
    idle = [name_of(key) for key in report.paying if key not in report.alone and name_of(key) not in because]
    needless = [
        f"{name}: `because` is not needed, {report.alone[key]} falls to it alone"
        for name in because
        for key in report.alone
        if name_of(key) == name
    ]
    return Gate(
        "every paying property is needed",
        "all",
        f"{len(report.paying) - len(idle)} of {len(report.paying)}",
        tuple(f"{name}: no mutant falls to it alone, and `because` does not say why it pays" for name in idle)
        + tuple(needless),
    )


def as_data(report: Report) -> dict[str, Any]:
    """The report as plain data, for --json."""
    counts = report.states()
    return {
        "homework": report.homework.id,
        "verdicts": report.verdicts,
        "whole": report.whole,
        "passed": all(gate.passed for gate in gates(report)),
        "gates": [gate._asdict() | {"missed": list(gate.missed), "passed": gate.passed} for gate in gates(report)],
        "mutants": counts | {"same_code": report.same, "per_second": round(report.rate, 1)},
        "survivors": [
            {"id": f.mutant.id, "digest": f.mutant.digest, "operator": f.mutant.operator, "line": f.mutant.line}
            | {"differs": f.other, "diff": f.mutant.diff}
            for f in report.survivors
        ],
        "fates": [
            {"id": f.mutant.id, "digest": f.mutant.digest, "operator": f.mutant.operator, "state": f.state}
            | {"by": f.by, "verdict": f.kill.verdict if f.kill else "", "reason": f.reason}
            | {"decades": decades(f.kill.ratio) if f.kill and f.kill.ratio else None}
            for f in report.fates
        ],
        "corpus": [
            {"name": g.entry.name, "amiss": g.amiss, "failed": sorted(name_of(key) for key in g.failed)}
            for g in report.graded
        ],
        "alone": {name_of(key): who for key, who in report.alone.items()},
        "margins": {name_of(k): {"inside": round(v, 3), "variant": who} for k, (v, who) in report.margins.items()},
        "chances": {name_of(key): bound for key, bound in report.chances.items()},
        "power": {name_of(key): {"rejected": n, "cases": of} for key, (n, of) in report.power.items()},
        "stability": {
            "seeds": report.stability.seeds,
            "lost": {
                name: [f"seed {loss.seed}: {loss.to}" for loss in where]
                for name, where in report.stability.lost.items()
                if where
            },
            "caught": report.stability.caught,
        },
        "cost": {
            part: {"cpu_s": round(s, 3), "budget_s": b, "variant": who} for part, (s, b, who) in report.cost.items()
        },
        "seconds": round(report.seconds, 1),
        "phases": {name: round(took, 1) for name, took in report.phases.items()},
    }
