"""Two runs side by side: whose score changed, by how much, and which property, rule or file is behind it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from autograder.course.ledger import Entry, Ledger, Run
from autograder.errors import UsageError
from autograder.scoring.verdict import Verdict

__all__ = ["Change", "Flip", "causes", "changes"]

EXACT = 1e-9
NEW_FILES, POINTS, POLICY, DECISION = "new files", "points", "policy", "decision by hand"
UNDECIDED = "undecided part"  # of verdicts of one number: those that a fault of ours left open are kept anew


class Flip(NamedTuple):
    """A property whose verdict is another one; "" where it was not checked."""

    part: str
    name: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.part}.{self.name}: {self.before or 'not checked'} -> {self.after or 'not checked'}"


class Change(NamedTuple):
    """What became of one hand-in; an entry is None in the run that lacks it.

    `flips` are the properties with another verdict, `parts` the parts with other points, `causes` what else may be
    behind it: new files, a part that is undecided in one of them, other points for the same verdicts, policy, a
    decision by hand.
    """

    before: Entry | None
    after: Entry | None
    flips: tuple[Flip, ...] = ()
    parts: Mapping[str, tuple[float | None, float | None]] = {}
    causes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The hand-in's id."""
        entry = self.after or self.before
        assert entry is not None  # noqa: S101 - a change is one of something
        return entry.handin.id

    @property
    def totals(self) -> tuple[float | None, float | None]:
        """The scores, None for none."""
        return _total(self.before), _total(self.after)


def changes(ledger: Ledger, before: Run, after: Run) -> Iterator[Change]:
    """Every hand-in whose score, state or verdicts are not the same in both runs, by id.

    Raises UsageError for runs of different homeworks.
    """
    if before.homework != after.homework:
        raise UsageError(
            f"run {before.id} is one of {before.homework}, run {after.id} of {after.homework}: they cannot be compared"
        )
    old = {entry.handin.id: entry for entry in ledger.entries(before)}
    new = {entry.handin.id: entry for entry in ledger.entries(after)}
    for key in sorted(old.keys() | new.keys()):
        change = _change(ledger, old.get(key), new.get(key))
        if change is not None:
            yield change


def causes(found: list[Change]) -> dict[str, int]:
    """How many hand-ins each flipped property or other cause touches, most first."""
    counts: dict[str, int] = {}
    for change in found:
        for name in {f"{flip.part}.{flip.name}" for flip in change.flips} | set(change.causes):
            counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _change(ledger: Ledger, before: Entry | None, after: Entry | None) -> Change | None:
    if before is None or after is None:
        return Change(before, after)
    flips = () if before.graded == after.graded else tuple(_flips(ledger, before, after))
    parts = dict(_parts(before, after))
    same = before.state == after.state and _close(_total(before), _total(after))
    if same and not flips and not parts:
        return None
    why = []
    if before.digest != after.digest:
        why.append(NEW_FILES)
    explained = {flip.part for flip in flips}
    if before.graded == after.graded and (left_open := _undecided(before) ^ _undecided(after)):
        why.append(UNDECIDED)
        explained |= left_open
    if (before.override, before.conflict) != (after.override, after.conflict):
        why.append(DECISION)
    elif set(parts) - explained and before.score and after.score:
        why.append(POINTS)
    if before.score and after.score and not _close(_policy(before), _policy(after)) and DECISION not in why:
        why.append(POLICY)
    return Change(before, after, flips, parts, tuple(why))


def _flips(ledger: Ledger, before: Entry, after: Entry) -> Iterator[Flip]:
    old, new = _verdicts(ledger, before), _verdicts(ledger, after)
    for part, name in sorted(old.keys() | new.keys()):
        was, now = old.get((part, name), ""), new.get((part, name), "")
        if was != now:
            yield Flip(part, name, was, now)


def _verdicts(ledger: Ledger, entry: Entry) -> dict[tuple[str, str], Verdict | str]:
    if entry.graded is None:
        return {}
    return {(p, n): verdict for p, found in ledger.verdicts(entry.graded).items() for n, verdict in found.items()}


def _parts(before: Entry, after: Entry) -> Iterator[tuple[str, tuple[float | None, float | None]]]:
    old, new = (entry.score.points if entry.score else {} for entry in (before, after))
    for part in dict.fromkeys([*old, *new]):
        was, now = old.get(part), new.get(part)
        if not _close(was, now):
            yield part, (was, now)


def _total(entry: Entry | None) -> float | None:
    return None if entry is None or entry.score is None else entry.score.total


def _undecided(entry: Entry) -> set[str]:
    return set(entry.score.undecided) if entry.score is not None else set()


def _policy(entry: Entry) -> float:
    return 0.0 if entry.score is None else entry.score.total - entry.score.raw


def _close(a: float | None, b: float | None) -> bool:
    return a is b is None or (a is not None and b is not None and abs(a - b) <= EXACT)
