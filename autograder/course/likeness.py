"""Which hand-ins of a run are alike, and which are like one of an earlier class in the same ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from autograder.course.handin import known_by
from autograder.course.ledger import Entry, Ledger, Run
from autograder.course.similarity import pairs

__all__ = ["Alike", "Whose", "alike", "earlier"]


class Whose(NamedTuple):
    """A hand-in with the run that it is of."""

    run: Run
    entry: Entry


class Alike(NamedTuple):
    """Two hand-ins, one of them at least of the run that was asked for, and how alike they are, from 0 to 1."""

    score: float
    first: Whose
    second: Whose


def alike(ledger: Ledger, run: Run, entries: Sequence[Entry], most: int) -> list[Alike] | None:
    """The pairs that are alike, most alike first, at most so many; None where the run has no fingerprints."""
    mine = {f"{number:06}": Whose(run, entry) for number, entry in enumerate(entries)}
    prints = dict(_prints(ledger, mine))
    if not prints:
        return None
    older = enumerate(earlier(ledger, run, entries), len(mine))
    others = {f"{number:06}": whose for number, whose in older}
    prints |= _prints(ledger, others)
    everybody = mine | others
    found = [pair for pair in pairs(prints, most=len(prints) ** 2) if not {pair.first, pair.second} <= others.keys()]
    return [Alike(pair.score, everybody[pair.first], everybody[pair.second]) for pair in found[:most]]


def earlier(ledger: Ledger, run: Run, entries: Iterable[Entry]) -> Iterator[Whose]:
    """The hand-ins of other runs of this homework that are neither the same ones nor of the same people, each once.

    Two hand-ins of one id are the same where of one of them nothing else is known: names of folders come again each
    year, and so do names of exports.
    """
    own: dict[str, bool] = {}
    people: set[str] = set()
    for entry in entries:
        keys = known_by(*entry.handin.people)
        own[entry.handin.id] = bool(keys)
        people |= keys
    seen: dict[tuple[str, str], Whose] = {}
    for other in sorted(ledger.runs(), key=lambda other: other.turn):
        if other.homework != run.homework or other.id == run.id:
            continue
        for entry in ledger.entries(other):
            keys = known_by(*entry.handin.people)
            same = entry.handin.id in own and not (keys and own[entry.handin.id])
            if not same and people.isdisjoint(keys):
                seen[entry.handin.id, entry.digest] = Whose(other, entry)
    yield from seen.values()


def _prints(ledger: Ledger, whose: Mapping[str, Whose]) -> Iterator[tuple[str, Mapping[int, int]]]:
    for key, (run, entry) in whose.items():
        found = ledger.prints(run.homework, entry.digest) if entry.digest else None
        if found is not None:
            yield key, found
