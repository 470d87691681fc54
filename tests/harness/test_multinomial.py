"""S-KL: its bound on false rejection by enumeration, its limits as catalogued, and that wrong draws fail in words."""

import itertools
import math

import numpy as np
import pytest

from autograder.errors import CheckFailed
from autograder.kit.margin import listening
from autograder.kit.multinomial import assert_law, divergence_limit


@pytest.mark.parametrize(("k", "limit"), [(8, 42.7), (16, 58.4), (32, 85.5), (64, 133.2)])
def test_the_limit_solves_its_equation(k, limit):
    """The limits at 1e-10 are those of the catalogue, and solve t - (k - 1)(1 + log(t / (k - 1))) = log(1e10)."""
    t = divergence_limit(k)

    assert t == pytest.approx(limit, abs=0.05)
    assert t - (k - 1) * (1 + math.log(t / (k - 1))) == pytest.approx(math.log(1e10), rel=1e-9)


@pytest.mark.parametrize("p", [(0.5, 0.5), (0.9, 0.1), (0.2, 0.3, 0.5), (0.02, 0.08, 0.9), (0.1, 0.2, 0.3, 0.4)])
@pytest.mark.parametrize("level", [0.3, 0.05, 1e-3])
def test_a_right_sampler_is_rejected_as_seldom_as_stated(p, level):
    """Over all outcomes of up to 12 draws the probability of rejection is at most the level."""
    for n in (1, 5, 12):
        chance = 0.0
        for counts in itertools.product(range(n + 1), repeat=len(p)):
            if sum(counts) == n:
                weight = math.factorial(n) * math.prod(q**c / math.factorial(c) for q, c in zip(p, counts, strict=True))
                chance += weight * rejected(np.repeat(np.arange(len(p)), counts), p, level)
        assert chance <= level


def test_wrong_draws_fail_in_words():
    """A shifted law, an impossible outcome and one that does not exist are told apart."""
    p = np.array([0.5, 0.5, 0.0])
    rng = np.random.default_rng(5)
    with pytest.raises(CheckFailed, match="do not follow the law"):
        assert_law(rng.choice(2, 5000, p=[0.4, 0.6]), p, what="v")
    with pytest.raises(CheckFailed, match="probability 0"):
        assert_law(np.array([0, 1, 2]), p, what="v")
    with pytest.raises(CheckFailed, match="outside"):
        assert_law(np.array([0, 3]), p, what="v")


def test_it_tells_its_margin():
    """Whoever listens hears the statistic over the limit and the chance; a certain law has no limit to come near."""
    found = []
    with listening(found.append):
        assert_law(np.array([0, 1, 1, 0]), np.array([0.5, 0.5]), what="v", level=1e-6)
        assert_law(np.zeros(4, dtype=np.int64), np.array([1.0, 0.0]), what="v")

    assert [(m.ratio, m.chance) for m in found] == [(0.0, 1e-6), (0.0, 1e-10)]


def rejected(cells, p, level):
    """Whether the test rejects."""
    try:
        assert_law(cells, np.array(p), what="v", level=level)
    except CheckFailed:
        return True
    return False
