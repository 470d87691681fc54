"""Derivations as data: a chain of formulas, each `=`, `<=` or `>=` the one before, checked on random instances.

A student's function returns pairs (relation, formula), the first of them ("start", the given left side). Three claims
can be made of a chain, and a part pays for each:

- it ends at the target: the last line has the target's value, in the names that the target may have (D1);
- its steps are true: every relation holds on every instance (D2);
- it passes the milestones: lines that do without some names and need others (D3), or, where one hypothesis of the
  theorem is dropped, lines that still have given values (`Checkpoint`s on a relaxed family of instances).

A part of p points with m milestones pays 0.2 p for the end, and for each milestone twice 0.4 p / m: once for passing
it, once for passing it in a chain whose steps are all true. That is p (0.2 D1 + 0.8 share) for a true chain and
p (0.2 D1 + 0.4 share) for any other, in properties that hold or do not. Nothing of a student's is executed
(`autograder.kit.formula`).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np

from autograder.errors import CheckFailed, FormulaError
from autograder.kit.draw import rng_of
from autograder.kit.evaluate import Budget, evaluate
from autograder.kit.formula import Formula, parse
from autograder.kit.vocabulary import Function, Given, Value, scaled

__all__ = [
    "Chain",
    "Item",
    "Uses",
    "assert_checkpoint",
    "assert_ends",
    "assert_milestone",
    "assert_true_steps",
    "read_chain",
    "report",
]

LINES = 20
RELATIONS = ("=", "<=", ">=")
TIGHT, LOOSE = 1e-8, 1e-7
KEPT = 4096  # instances that are remembered
PADDED, MATTERS = 6, 1e-6  # instances on which a needed name is changed; the least relative change of the line

Draw = Callable[[np.random.Generator, int], Mapping[str, Given]]


@dataclass(frozen=True)
class Item:
    """What is to be derived: the start, instances by a generator and a number, further functions, how many instances.

    `draw(rng, i)` gives every name its value; an int stands for a count. Small cases belong to small numbers i.
    """

    start: str
    draw: Draw
    functions: tuple[Function, ...] = ()
    count: int = 32

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that a line may use."""
        return frozenset(self.instance(0, 0))

    def instance(self, seed: int, number: int) -> dict[str, Given]:
        """Instance `number` of a seed."""
        return dict(_drawn(self, seed, number))

    def instances(self, seed: int) -> list[dict[str, Given]]:
        """All instances of a seed."""
        return [self.instance(seed, number) for number in range(self.count)]


@lru_cache(maxsize=KEPT)
def _drawn(item: Item, seed: int, number: int) -> Mapping[str, Given]:
    """What an item draws for a seed: the same for every submission, so it is drawn once."""
    return {f.name: f for f in item.functions} | dict(item.draw(rng_of(seed * 1000 + number), number))


class Uses(NamedTuple):
    """Which names a line may use and which it needs: a needed name is one on which the line's value depends."""

    names: frozenset[str]
    needs: frozenset[str]

    @classmethod
    def of(cls, names: str, needs: str) -> "Uses":
        """Both lists as words; what is needed may be used too."""
        return cls(frozenset((names + " " + needs).split()), frozenset(needs.split()))


class Line(NamedTuple):
    """One line: how it stands to the line before ("start" for the first), and its formula."""

    relation: str
    formula: Formula


class Chain(NamedTuple):
    """A derivation that was read: its item and its lines, the start first."""

    item: Item
    lines: tuple[Line, ...]

    @property
    def tolerance(self) -> float:
        """What relations hold within: more where a numerical integral or derivative is named."""
        given = self.item.instance(0, 0)
        used = {name for line in self.lines for name in line.formula.names}
        return LOOSE if any(isinstance(f := given[name], Function) and f.loose for name in used) else TIGHT


Outcome = Value | FormulaError


def read_chain(value: Any, item: Item) -> Chain:
    """The chain that a student's function returned.

    Raises CheckFailed("malformed") with one sentence for what is no list of pairs of strings, for more than LINES
    lines, an unknown relation, `<=` and `>=` in one chain, another start, and a formula that is not in the grammar.
    """
    if not isinstance(value, list | tuple) or not all(_is_pair(pair) for pair in value):
        raise CheckFailed(
            "malformed", 'the derivation must be a list of pairs of strings: [("start", "…"), ("=", "…")]'
        )
    if not 2 <= len(value) <= LINES + 1:
        raise CheckFailed(
            "malformed", f"the derivation must have 1 to {LINES} lines after the start", got=f"{len(value)}"
        )
    lines = []
    for number, (relation, text) in enumerate(value, 1):
        wanted = RELATIONS if number > 1 else ("start",)
        if relation.strip() not in wanted:
            allowed = " or ".join(f'"{word}"' for word in wanted)
            raise CheckFailed(
                "malformed", f"line {number}: its first string must be {allowed}", got=repr(relation[:20])
            )
        try:
            lines.append(Line(relation.strip(), parse(text, item.names)))
        except FormulaError as error:
            raise CheckFailed("malformed", f"line {number} cannot be read", got=f"line {number}: {error}") from None
    if lines[0].formula.form != parse(item.start, item.names).form:
        raise CheckFailed(
            "malformed", "the first line must stay as it was given", got=text_of(lines[0]), expected=item.start
        )
    if {"<=", ">="} <= {line.relation for line in lines}:
        raise CheckFailed("malformed", "a chain goes one way: it cannot have both <= and >=")
    return Chain(item, tuple(lines))


def assert_true_steps(chain: Chain, seed: int, last: Uses | None = None) -> None:
    """D2: every relation holds on every instance; and the last line uses what `last` says, so the chain goes somewhere.

    Raises CheckFailed with the first line that does not follow, the instance and both values.
    """
    table = _table(chain, seed)
    broken = _first_break(chain, table)
    if broken is not None:
        raise CheckFailed("wrong", f"line {broken[0] + 1} does not follow from the line before", got=broken[1])
    if last is not None:
        _assert_uses(chain, len(chain.lines) - 1, last, seed)


def assert_ends(chain: Chain, target: str, uses: Uses, seed: int) -> None:
    """D1: on every instance the last line has the value of the formula `target`, and it uses what `uses` says."""
    tolerance = chain.tolerance
    for number, (right, row) in enumerate(zip(_known(chain.item, seed, target), _table(chain, seed), strict=True), 1):
        if not _holds("=", right, row[-1], tolerance):
            raise CheckFailed(
                "wrong",
                "the last line is not the result that is asked for",
                got=f"{_shown(row[-1])} on instance {number}",
                expected=_shown(right),
            )
    _assert_uses(chain, len(chain.lines) - 1, uses, seed)


def assert_milestone(chain: Chain, milestones: Sequence[Uses], wanted: int, seed: int, *, whole: bool = False) -> None:
    """D3: milestone `wanted` is among those that the chain passes in order, each on a line of its own after true steps.

    The start and lines written like it do not count. `whole`: and all the chain's steps are true.
    """
    table = _table(chain, seed)
    broken = _first_break(chain, table)
    true = len(chain.lines) if broken is None else broken[0]
    start = chain.lines[0].formula.form
    candidates = [k for k in range(1, true) if chain.lines[k].formula.form != start]
    passes = [[k for k in candidates if not _lacks(chain, k, uses, seed)] for uses in milestones]
    if wanted not in _in_order(passes):
        uses = milestones[wanted]
        avoided = ", ".join(sorted(chain.item.names - uses.names)) or "nothing"
        needed = ", ".join(sorted(uses.needs))
        raise CheckFailed(
            "wrong",
            f"no line after true steps does without {avoided} and depends on {needed}",
            got="; ".join(report(chain, seed)),
        )
    if whole and broken is not None:
        raise CheckFailed("wrong", f"line {broken[0] + 1} does not follow from the line before", got=broken[1])


def assert_checkpoint(
    chain: Chain,
    relaxed: Draw,
    checkpoints: Sequence[Sequence[str]],
    wanted: int,
    seed: int,
    *,
    whole: bool = False,
    naming: str = "",
) -> None:
    """Checkpoint `wanted` is among those that the chain passes in order, each on a line of its own, the start included.

    A checkpoint is a tuple of formulas: a line passes it when it has the value of one of them on all instances that
    `relaxed` draws, where a hypothesis of the theorem is dropped and equal lines come apart. `naming`: and the line has
    all of these names, where a checkpoint's value alone could be had without them. `whole`: and all steps are true on
    the item's own instances.
    """
    names = set(naming.split())
    loose = chain._replace(item=replace(chain.item, draw=relaxed))
    table, tolerance = _table(loose, seed), chain.tolerance
    named = [k for k, line in enumerate(chain.lines) if names <= line.formula.names]

    def passed(k: int, text: str) -> bool:
        right = _known(loose.item, seed, text)
        return all(_holds("=", value, row[k], tolerance) for value, row in zip(right, table, strict=True))

    passes = [[k for k in named if any(passed(k, text) for text in alternatives)] for alternatives in checkpoints]
    if wanted not in _in_order(passes):
        name = "the milestone" if len(checkpoints) == 1 else f"milestone {wanted + 1}, in order,"
        lines = ", ".join(f"line {k} {_shown(value)}" for k, value in enumerate(table[0], 1))
        raise CheckFailed("wrong", f"{name} is on no line of its own", got=f"where things are untied: {lines}")
    if whole:
        assert_true_steps(chain, seed)


def report(chain: Chain, seed: int) -> list[str]:
    """What became of each line after the start: one sentence a line."""
    table = _table(chain, seed)
    said = []
    for k in range(1, len(chain.lines)):
        wrong = _break_at(chain, table, k)
        said.append(wrong or f"line {k} {chain.lines[k].relation} line {k + 1} holds")
    return said


def text_of(line: Line) -> str:
    """A line's formula, cut to what fits into a message."""
    return line.formula.text[:120]


def _is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(text, str) for text in value)


def _table(chain: Chain, seed: int) -> list[list[Outcome]]:
    """Every line's value on every instance: (instances, lines)."""
    budget = Budget()
    return [
        [_outcome(line.formula, instance, budget) for line in chain.lines] for instance in chain.item.instances(seed)
    ]


@lru_cache(maxsize=KEPT)
def _known(item: Item, seed: int, text: str) -> tuple[Outcome, ...]:
    """The value of a formula of ours on every instance: the same for every submission, so it is found once."""
    formula, budget = parse(text, item.names), Budget()
    return tuple(_outcome(formula, instance, budget) for instance in item.instances(seed))


def _outcome(formula: Formula, instance: Mapping[str, Given], budget: Budget) -> Outcome:
    """The formula's value, or why it has none; a derivation that takes too many steps is refused as a whole."""
    try:
        return evaluate(formula, instance, budget)
    except FormulaError as error:
        if budget.spent:
            raise CheckFailed("malformed", "the derivation takes too long", got=str(error)) from None
        return error


def _first_break(chain: Chain, table: list[list[Outcome]]) -> tuple[int, str] | None:
    """The first line that does not follow from the one before, with the instance and both values."""
    return next(((k, wrong) for k in range(1, len(chain.lines)) if (wrong := _break_at(chain, table, k))), None)


def _break_at(chain: Chain, table: list[list[Outcome]], k: int) -> str:
    """Where line k does not follow from line k - 1, in one sentence; empty when it does."""
    relation, tolerance = chain.lines[k].relation, chain.tolerance
    for number, row in enumerate(table, 1):
        if not _holds(relation, row[k - 1], row[k], tolerance):
            values = f"{_shown(row[k - 1])} against {_shown(row[k])}"
            return f"line {k} {relation} line {k + 1} fails on instance {number}: {values}"
    return ""


def _holds(relation: str, before: Outcome, after: Outcome, tolerance: float) -> bool:
    """Whether `before relation after`, entry by entry; NaN and values of different shapes never do."""
    if isinstance(before, FormulaError) or isinstance(after, FormulaError) or np.shape(before) != np.shape(after):
        return False
    if isinstance(before, np.float64) and isinstance(after, np.float64):
        return _numbers_hold(relation, float(before), float(after), tolerance)
    a, b = np.asarray(before), np.asarray(after)
    with np.errstate(all="ignore"):
        slack = tolerance * np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))
        gap = a - b
        above, below = gap >= -slack, gap <= slack
        close = above if relation == ">=" else below if relation == "<=" else above & below
    return bool((close & np.isfinite(a) & np.isfinite(b)).all())  # with NaN neither side is close


def _numbers_hold(relation: str, before: float, after: float, tolerance: float) -> bool:
    """The same of two numbers, without arrays."""
    if not (math.isfinite(before) and math.isfinite(after)):
        return False
    slack, gap = tolerance * max(1.0, abs(before), abs(after)), before - after
    return (relation == "<=" or gap >= -slack) and (relation == ">=" or gap <= slack)


def _assert_uses(chain: Chain, k: int, uses: Uses, seed: int) -> None:
    """Line k uses only the allowed names and depends on the needed ones."""
    if lack := _lacks(chain, k, uses, seed):
        raise CheckFailed("wrong", f"line {k + 1} {lack}", got=text_of(chain.lines[k]))


def _lacks(chain: Chain, k: int, uses: Uses, seed: int) -> str:
    """What keeps line k from using its names as it should, in words; empty when nothing does."""
    formula = chain.lines[k].formula
    if extra := sorted(formula.names - uses.names):
        return f"must do without {', '.join(extra)}"
    if absent := sorted(uses.needs - formula.names):
        return f"does not have {', '.join(absent)}"
    step = max(1, chain.item.count // PADDED)
    rows = [(i, chain.item.instance(seed, i)) for i in range(0, chain.item.count, step)][:PADDED]
    budget = Budget()
    values = [_outcome(formula, instance, budget) for _, instance in rows]
    for name in sorted(uses.needs):
        rng = rng_of(seed)
        changed = [_outcome(formula, row | {name: _changed(row[name], rng)}, budget) for _, row in rows]
        if not any(_differ(a, b) for a, b in zip(values, changed, strict=True)):
            return f"has {name}, but does not depend on it"
    return ""


def _changed(value: Given, rng: np.random.Generator) -> Given:
    """Another value for a name: a count less one, a function 1.3 f + 0.1, the rest times a factor plus a constant.

    An array of whole numbers may stand as an index, so it keeps to its own: all become the least, and that the largest.
    """
    if isinstance(value, Function):
        return scaled(value, 1.3, 0.1)
    if isinstance(value, int):
        return max(value - 1, 0)
    if isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.size:
        other: Given = np.where(value == value.min(), value.max(), value.min())
        return other
    factor, constant = rng.uniform(1.1, 1.6), rng.uniform(0.05, 0.2)
    return value * factor + constant


def _differ(a: Outcome, b: Outcome) -> bool:
    """Whether a change of a name shows in a line: by more than MATTERS, relative."""
    if isinstance(a, FormulaError) or isinstance(b, FormulaError):
        return False
    if np.shape(a) != np.shape(b):
        return True
    with np.errstate(all="ignore"):
        size = np.maximum(np.abs(a), np.abs(b))
        return bool((np.isfinite(size) & (np.abs(np.asarray(a) - b) > MATTERS * size)).any())


def _in_order(passes: Sequence[Sequence[int]]) -> frozenset[int]:
    """Of milestones that pass on the given lines, the most that can be had on different lines in order."""
    best: dict[int, frozenset[int]] = {-1: frozenset()}  # the last line used -> the milestones had so far
    for milestone, lines in enumerate(passes):
        grown = dict(best)
        for line in lines:
            before = max((had for last, had in best.items() if last < line), key=len)
            if len(before) + 1 > len(grown.get(line, frozenset())):
                grown[line] = before | {milestone}
        best = grown
    return max(best.values(), key=len)


def _shown(value: Outcome) -> str:
    """A value for a message."""
    if isinstance(value, FormulaError):
        return f"no value ({value})"
    return f"{float(value):.6g}" if np.ndim(value) == 0 else f"an array of shape {np.shape(value)}"
