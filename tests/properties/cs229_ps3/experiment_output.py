"""The six numbers that the script of part 3d prints, and where they must lie."""

import re
from typing import NamedTuple

from autograder.kit import assert_that

NUMBER = re.compile(r"(?<![\w.)\]])[-\u2212\u2013](?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?(?!\w)")
MOST = 200  # a program may print its progress, too
MODELS = (1, 2)
NAMES = ("log-likelihood", "lower bound at q = N(0, I)", "lower bound after sgvb")
BY_CHANCE = 1e-9  # 7.5 standard deviations at the start; at the end .26 and .83 were extrapolated for this


class Band(NamedTuple):
    """Where a printed number must lie."""

    low: float
    high: float


def six_numbers(text: str) -> tuple[float, ...]:
    """The negative numbers of a text, of which six are those of the experiment: three for model 1, then for model 2.

    Their order is that in which lgm.py prints them. Fails where there are fewer, or too many
    to be the output of the script.
    """
    found = tuple(float("-" + number[1:]) for number in NUMBER.findall(text))
    wanted = len(MODELS) * len(NAMES)
    reason = f"the output must hold {wanted} negative numbers, three for each model, as lgm.py prints them"
    assert_that(wanted <= len(found) <= MOST, reason, got=f"{len(found)} of them", expected=f"{wanted} of them")
    return found


def assert_starts_right(text: str, bands: dict[int, tuple[Band, ...]]) -> None:
    """Log-likelihoods and bounds at the start lie in their bands, of both models."""
    _assert_inside(six_numbers(text), bands, (0, 1))


def assert_ends_in_reach(text: str, bands: dict[int, tuple[Band, ...]]) -> None:
    """Bounds after sgvb lie where 1000 steps with 10 samples lead, of both models."""
    _assert_inside(six_numbers(text), bands, (2,))


def _assert_inside(numbers: tuple[float, ...], bands: dict[int, tuple[Band, ...]], which: tuple[int, ...]) -> None:
    """Of six numbers those at their places lie in their bands; of more, some do in this order."""
    at = 0
    for place, model in enumerate(MODELS):
        for k in which:
            low, high = bands[model][k]
            first = len(NAMES) * place + k
            there = range(first, first + 1) if len(numbers) == len(MODELS) * len(NAMES) else range(at, len(numbers))
            inside = [n for n in there if low <= numbers[n] <= high]
            assert_that(
                bool(inside),
                f"the {NAMES[k]} of model {model} is none that the script comes to",
                got=f"{numbers[first]:g}",
                expected=f"{low:.4f} to {high:.4f}",
                chance=BY_CHANCE if k else 0.0,
                ratio=_ratio(numbers[inside[0]], low, high) if inside and k else None,
            )
            at = inside[0] + 1


def _ratio(value: float, low: float, high: float) -> float:
    """How far a number lies from the middle of its band, over what it may."""
    return abs(2 * value - low - high) / (high - low)
