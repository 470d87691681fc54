"""Tests of samplers: the false-rejection rate is at most the stated one, a named wrong sampler fails, in words.

Rates of 1e-10 cannot be counted, so the rate under the claim is counted at a level where it can be: the bound is the
same formula in the level. At the level in use no right sampler of the simulation is rejected.
"""

import math

import numpy as np
import pytest
from scipy.stats import norm

from autograder.errors import CheckFailed
from autograder.kit.margin import listening
from autograder.kit.sampler import (
    assert_cells,
    assert_follows,
    assert_frequency,
    assert_gaussian_mean,
    assert_gaussian_spread,
    assert_same_law,
)

REPEATS = 600
P = np.array([0.5, 0.3, 0.15, 0.05])
MEAN, DEVIATION = np.array([1.0, -2.0]), np.array([0.5, 3.0])


def rate(check, sample, repeats=REPEATS, seed=5):
    """The share of repeats in which the check rejects what `sample(rng)` draws."""
    rejected = 0
    for rng in np.random.default_rng(seed).spawn(repeats):
        try:
            check(sample(rng))
        except CheckFailed as failure:
            rejected += failure.verdict == "wrong"
    return rejected / repeats


def gaussian(rng, n=400, mean=MEAN, deviation=DEVIATION):
    """n rows of two independent Gaussians."""
    return mean + deviation * rng.standard_normal((n, 2))


# the check at a level, and a right sampler
RIGHT = {
    "S-BIN": (lambda v, level: assert_cells(v, P, what="v", level=level), lambda rng: rng.choice(4, 500, p=P)),
    "S-DKW": (
        lambda v, level: assert_follows(v, norm.cdf, what="v", level=level),
        lambda rng: rng.standard_normal(400),
    ),
    "S-MEAN": (
        lambda v, level: assert_gaussian_mean(v, MEAN, DEVIATION, what="v", limit=float(norm.isf(level / 4))),
        gaussian,
    ),
    "S-CHI2": (lambda v, level: assert_gaussian_spread(v, MEAN, DEVIATION, what="v", level=level / 4), gaussian),
    "S-FREQ": (
        lambda v, level: assert_frequency(v, 0.4, what="v", level=level),
        lambda rng: rng.random(500) < 0.4,
    ),
    "S-KS2": (
        lambda v, level: assert_same_law(*v, what="v", level=level),
        lambda rng: (gaussian(rng), gaussian(rng, 300)),
    ),
}
EXACT = ("S-MEAN", "S-CHI2")  # the others are bounds


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("level", [0.3, 0.05])
def test_false_rejections_stay_below_the_level(name, level):
    """Under the claim the rate is at most the level, and about the level where the test is exact."""
    check, sample = RIGHT[name]
    found = rate(lambda v: check(v, level), sample)
    noise = 5 * math.sqrt(level * (1 - level) / REPEATS)

    assert found <= level + noise
    if name in EXACT:
        assert found >= 1 - (1 - level / 2) ** 2 - noise


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_sampler_passes(name):
    """At the level in use not one right sampler in the simulation is rejected."""
    check, sample = RIGHT[name]

    assert rate(lambda v: check(v, 1e-10), sample) == 0


def test_the_stated_limits_are_those_in_use():
    """The constants of the docstrings: 3.444 / sqrt(n), 2.1e-11 at 6.7, and a slack of 0.144 for 500 trials."""
    assert math.sqrt(math.log(2 / 1e-10) / 2) == pytest.approx(3.444, abs=5e-4)
    assert 2 * norm.sf(6.7) == pytest.approx(2.1e-11, rel=0.02)
    assert math.sqrt(math.log(1e9) / 1000) == pytest.approx(0.144, abs=5e-4)


@pytest.mark.parametrize("name", RIGHT)
def test_the_margin_tells_the_verdict_and_the_bound(name):
    """What a listener hears lies beyond 1 exactly where the check rejects, and the chances add up to the level."""
    check, sample = RIGHT[name]
    rejections = 0
    for rng in np.random.default_rng(8).spawn(60):
        heard = []
        with listening(heard.append):
            wrong = rate(lambda v: check(v, 0.3), lambda _, rng=rng: sample(rng), repeats=1)
        rejections += wrong
        assert (max(margin.ratio for margin in heard) > 1) == bool(wrong)
        assert 0 < sum(margin.chance for margin in heard) <= 0.3 + 1e-12
    assert rejections or name not in EXACT


WRONG = {
    "Gumbel's trick with the wrong sign": (
        lambda v: assert_cells(v, P, what="v"),
        lambda rng: np.argmax(np.log(P) - rng.gumbel(size=(50_000, 4)), axis=1),
    ),
    "Gaussian noise for Gumbel's": (
        lambda v: assert_cells(v, P, what="v"),
        lambda rng: np.argmax(np.log(P) + rng.standard_normal((50_000, 4)), axis=1),
    ),
    "a sampler of the square": (
        lambda v: assert_cells(v, P, what="v"),
        lambda rng: rng.choice(4, 50_000, p=P**2 / (P**2).sum()),
    ),
    "the variance as deviation": (
        lambda v: assert_follows(v, lambda x: norm.cdf(x, 3, 0.4), what="v"),
        lambda rng: rng.normal(3, 0.4**2, 20_000),
    ),
    "a Laplace law of the same variance": (
        lambda v: assert_follows(v, norm.cdf, what="v"),
        lambda rng: rng.laplace(0, math.sqrt(0.5), 20_000),
    ),
    "a mean that is a tenth off": (
        lambda v: assert_gaussian_mean(v, MEAN, DEVIATION, what="v"),
        lambda rng: gaussian(rng, 20_000, MEAN + 0.1 * DEVIATION),
    ),
    "half the variance": (
        lambda v: assert_gaussian_spread(v, MEAN, DEVIATION, what="v"),
        lambda rng: gaussian(rng, 2000, MEAN, DEVIATION * math.sqrt(0.5)),
    ),
    "an average that converges": (
        lambda v: assert_frequency(v, 0.3, what="v"),
        lambda rng: np.abs(rng.standard_normal((500, 256)).mean(axis=1)) > 0.25,
    ),
    "another second coordinate": (
        lambda v: assert_same_law(*v, what="v"),
        lambda rng: (gaussian(rng, 4000), gaussian(rng, 4000, MEAN, DEVIATION * np.array([1, 2]))),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_sampler_fails(name):
    """A named mistake is seen in every one of twenty repeats."""
    assert rate(*WRONG[name], repeats=20) == 1


def test_an_impossible_outcome_fails_at_once():
    """One draw in a cell of probability 0, or outside, is enough."""
    for draws, p in (([0] * 99 + [1], [1.0, 0.0]), ([0, 2], [0.5, 0.5]), ([0, -1], [0.5, 0.5])):
        with pytest.raises(CheckFailed, match=r"probability 0 was drawn|lies outside 0\.\.1"):
            assert_cells(np.array(draws), np.array(p), what="v")


def test_cells_of_probability_zero_and_one_are_no_trouble():
    """The sure outcome may come every time, the impossible one never."""
    assert_cells(np.zeros(1000, dtype=np.int64), np.array([1.0, 0.0]), what="v")


@pytest.mark.parametrize("draws", [np.full(100, np.nan), np.full(100, 1e308)])
def test_odd_values_fail(draws):
    """Draws that are not numbers, or beyond all bounds, fail like wrong ones."""
    rows = np.stack([draws, draws], axis=1)
    with np.errstate(all="ignore"):
        for check in (
            lambda: assert_follows(draws, norm.cdf, what="v"),
            lambda: assert_gaussian_mean(rows, MEAN, DEVIATION, what="v"),
            lambda: assert_gaussian_spread(rows, MEAN, DEVIATION, what="v"),
        ):
            with pytest.raises(CheckFailed):
                check()
