"""What a run says of a class and of the homework: spread of scores, difficulty and discrimination, failures; pure."""

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from autograder.course.ledger import Entry
from autograder.manifest import Homework
from autograder.scoring.adjust import possible_of_class
from autograder.scoring.verdict import Verdict

__all__ = ["Item", "PropertyItem", "Spread", "items", "property_items", "spread", "verdict_mix"]

Verdicts = Mapping[str, Mapping[str, Verdict]]
SILENT = ("missing", "internal", "ungraded")  # verdicts without a program to look at
FEWEST = 5  # hand-ins below which a correlation says nothing


class Spread(NamedTuple):
    """Scores of a class: of how many, mean, median, quartiles, standard deviation; NaN without scores."""

    of: int
    mean: float
    median: float
    low: float
    high: float
    deviation: float


class Item(NamedTuple):
    """A part in a class.

    `difficulty` is the mean share of its points (1: everybody has all), `discrimination` the correlation of its points
    with those of all other parts (None: nothing to correlate); `full` and `none` count those who have all and nothing.
    """

    part: str
    title: str
    possible: float
    difficulty: float
    discrimination: float | None
    full: int
    none: int
    of: int


class PropertyItem(NamedTuple):
    """A property in a class: how many pass, how many fail in which way, and one who fails."""

    part: str
    name: str
    pays: float
    passed: int
    failed: int
    verdicts: Mapping[str, int]
    example: str

    @property
    def tried(self) -> int:
        """How many fail with something to look at."""
        return sum(count for way, count in self.verdicts.items() if way not in SILENT)


def spread(totals: Sequence[float]) -> Spread:
    """The spread of these scores."""
    if not totals:
        return Spread(0, math.nan, math.nan, math.nan, math.nan, math.nan)
    low, _, high = statistics.quantiles(totals, n=4, method="inclusive") if len(totals) > 1 else [totals[0]] * 3
    deviation = statistics.pstdev(totals)
    return Spread(len(totals), statistics.fmean(totals), statistics.median(totals), low, high, deviation)


def items(homework: Homework, entries: Iterable[Entry]) -> list[Item]:
    """Every part that has points, over the hand-ins in which it is decided."""
    entries = tuple(entries)
    most = possible_of_class(homework, (entry.override for entry in entries))
    scores = [entry.score.points for entry in entries if entry.score is not None]
    found = []
    for part in homework.parts.values():
        possible = most[part.id]
        rows = [(points[part.id], _others(points, part.id)) for points in scores if points.get(part.id) is not None]
        own = [value for value, _ in rows if value is not None]
        if not own:
            continue
        full = sum(value >= possible - 1e-9 for value in own)
        share = statistics.fmean(own) / possible if possible else math.nan
        found.append(
            Item(
                part.id,
                part.title,
                possible,
                share,
                _correlation(own, [rest for _, rest in rows]),
                full,
                sum(value <= 1e-9 for value in own),
                len(own),
            )
        )
    return found


def property_items(homework: Homework, graded: Sequence[tuple[str, Verdicts]]) -> list[PropertyItem]:
    """Every property that was checked, those first that most fail though they handed something in.

    `graded` are (id, verdicts).
    """
    found = []
    for part in homework.parts.values():
        for name in part.properties:
            seen = [(key, verdicts[part.id][name]) for key, verdicts in graded if name in verdicts.get(part.id, {})]
            ways = Counter(str(verdict) for _, verdict in seen if verdict is not Verdict.PASSED)
            if not seen:
                continue
            example = _example(seen, ways)
            passed, failed = len(seen) - ways.total(), ways.total()
            pays = part.pays.get(name, 0.0)
            found.append(PropertyItem(part.id, name, pays, passed, failed, dict(ways.most_common()), example))
    return sorted(found, key=lambda item: (-item.tried, -item.failed, -item.pays, item.part, item.name))


def verdict_mix(graded: Iterable[tuple[str, Verdicts]]) -> dict[str, dict[str, int]]:
    """By part how many checks came to which verdict."""
    found: dict[str, Counter[str]] = {}
    for _, verdicts in graded:
        for part, checks in verdicts.items():
            found.setdefault(part, Counter()).update(str(verdict) for verdict in checks.values())
    return {part: dict(counts) for part, counts in found.items()}


def _example(seen: Sequence[tuple[str, Verdict]], ways: Mapping[str, int]) -> str:
    """One who fails in the commonest way that says something: a wrong value rather than a missing file."""
    told = {way: count for way, count in ways.items() if way not in SILENT}
    common = max(told or ways, key=lambda way: (told or ways)[way], default="")
    return next((key for key, verdict in seen if str(verdict) == common), "")


def _others(points: Mapping[str, float | None], part: str) -> float:
    return sum(value for key, value in points.items() if key != part and value is not None)


def _correlation(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Pearson's, None where there are few or one of the two does not vary."""
    if len(a) < FEWEST or len(set(a)) < 2 or len(set(b)) < 2:
        return None
    return statistics.correlation(a, b)
