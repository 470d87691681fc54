"""kit/match.py: the adjusted Rand index against its definition and against scikit-learn."""

import itertools

import numpy as np
import pytest

from autograder.errors import CheckFailed
from autograder.kit import agreement


def pair_counts(a, b):
    """The adjusted Rand index from its definition, over all pairs of points."""
    together = [(a[i] == a[j], b[i] == b[j]) for i, j in itertools.combinations(range(len(a)), 2)]
    both, first, second = sum(s and t for s, t in together), sum(s for s, _ in together), sum(t for _, t in together)
    chance = first * second / len(together)
    return (both - chance) / ((first + second) / 2 - chance)


@pytest.mark.parametrize("seed", range(12))
def test_agreement_is_the_adjusted_rand_index(seed):
    """Against all pairs and against scikit-learn, for related and unrelated labellings; names do not matter."""
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(seed)
    a = rng.integers(0, 4, 40)
    b = np.where(rng.random(40) < 0.3 * (seed % 4), rng.integers(0, 5, 40), a)

    assert agreement(a, b) == pytest.approx(pair_counts(a, b), abs=1e-12)
    assert agreement(a, b) == pytest.approx(metrics.adjusted_rand_score(a, b), abs=1e-12)
    assert agreement(rng.permutation(9)[a], b) == pytest.approx(agreement(a, b), abs=1e-12)


@pytest.mark.parametrize("labels", [[0, 0, 0], [0, 1, 2], [4]])
def test_agreement_of_a_labelling_with_itself(labels):
    """One cluster for all points, and one for each, agree with themselves although chance would do as well."""
    assert agreement(labels, labels) == 1


@pytest.mark.parametrize(("a", "b"), [([0, 1], [0, 1, 2]), ([0.5, 1], [0, 1]), ([[0, 1]], [[0, 1]]), ("ab", "ab")])
def test_what_is_no_labelling_is_malformed(a, b):
    """Other lengths, fractions, tables and texts are no labels of the same points."""
    with pytest.raises(CheckFailed) as caught:
        agreement(a, b)

    assert caught.value.verdict == "malformed"
