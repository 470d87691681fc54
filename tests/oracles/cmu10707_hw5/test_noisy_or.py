"""The reference of noisy_or.py against inclusion and exclusion, explicit firing variables and known numbers."""

import itertools
import math

import numpy as np
import pytest

from autograder.kit.multinomial import assert_law
from reference.cmu10707_hw5 import firing, noisy_or
from tests.properties.cmu10707_hw5.draw_noisy_or import bits, numbers, weights

SEEDS = range(40)
MEASLES = np.array([[2.0, 3.0], [1.0, 0.05]])


def network(seed):
    """W, rho and symptoms."""
    rng = np.random.default_rng(seed)
    nd, ns = int(rng.integers(1, 7)), int(rng.integers(1, 5))
    return weights(rng, nd, ns), float(rng.uniform(0.05, 0.6)), rng.integers(0, 2, ns)


def evidence(s, W, rho):
    """p(s) by inclusion and exclusion over the symptoms that are on."""
    off, on = np.flatnonzero(s == 0).tolist(), np.flatnonzero(s == 1).tolist()
    total = 0.0
    for chosen in itertools.chain.from_iterable(itertools.combinations(on, r) for r in range(len(on) + 1)):
        quiet = [*off, *chosen]
        total += (-1) ** len(chosen) * math.prod(1 - rho + rho * math.exp(-row[quiet].sum()) for row in W)
    return total


@pytest.mark.parametrize("seed", SEEDS)
def test_the_evidence_is_that_of_inclusion_and_exclusion(seed):
    """p(s) agrees to 1e-13, sums to one over all s, and gives the posterior of each cause by Bayes' rule."""
    W, rho, s = network(seed)
    p = math.exp(noisy_or.log_likelihood(s, W, rho))
    assert p == pytest.approx(evidence(s, W, rho), abs=1e-13)
    assert sum(math.exp(noisy_or.log_likelihood(t, W, rho)) for t in bits(len(s))) == pytest.approx(1, abs=1e-13)
    if p > 1e-6:
        without = [evidence(s, np.delete(W, i, axis=0), rho) * (1 - rho) / p for i in range(len(W))]
        assert noisy_or.posterior_marginals(s, W, rho) == pytest.approx(1 - np.array(without), abs=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_symptoms_are_on_when_a_cause_fires(seed):
    """p(s = 1 | d) is the total probability of all firing patterns with at least one firing."""
    W, _, _ = network(seed)
    d = np.random.default_rng(seed).integers(0, 2, len(W))
    for j in range(W.shape[1]):
        fire = d * -np.expm1(-W[:, j])
        total = sum(math.prod(np.where(f, fire, 1 - fire)) for f in bits(len(W)) if f.any())
        assert noisy_or.activation_prob(d[None], W)[0, j] == pytest.approx(total, abs=1e-13)


@pytest.mark.parametrize("seed", range(6))
def test_draws_follow_the_joint(seed):
    """S-KL of 5000 draws over all joint states."""
    W = weights(np.random.default_rng(seed), 3, 2, low=0.3)
    D, S = noisy_or.sample(W, 0.4, 5000, np.random.default_rng(seed))
    assert_law(numbers(np.hstack([D, S])), firing.joint_law(W, 0.4), what="states")


@pytest.mark.parametrize("seed", range(6))
def test_the_joint_law_has_the_evidence(seed):
    """Summed over the causes the law that draws are held against is p(s), in the order of `bits`."""
    W = weights(np.random.default_rng(seed), 3, 2)
    law = firing.joint_law(W, 0.3).reshape(8, 4)

    assert law.sum(axis=1) == pytest.approx([0.3 ** d.sum() * 0.7 ** (3 - d.sum()) for d in bits(3)], abs=1e-14)
    assert law.sum(axis=0) == pytest.approx([evidence(s, W, 0.3) for s in bits(2)], abs=1e-13)


def test_measles_and_explaining_away():
    """The catalogue's posteriors and evidence."""
    both, fever = np.array([1, 1]), np.array([1, 0])
    one = np.array([[1.5], [1.5]])

    assert noisy_or.posterior_marginals(both, MEASLES, 0.05)[0] == pytest.approx(0.965749, abs=1e-6)
    assert noisy_or.posterior_marginals(fever, MEASLES, 0.05)[0] == pytest.approx(0.070229, abs=1e-6)
    assert math.exp(noisy_or.log_likelihood(both, MEASLES, 0.05)) == pytest.approx(0.04275414, abs=1e-8)
    assert noisy_or.posterior_marginals(np.ones(1), one, 0.1)[0] == pytest.approx(0.531814, abs=1e-6)
    on = -np.expm1(-np.array([3.0, 1.5]))
    assert 0.1 * on[0] / (0.1 * on[0] + 0.9 * on[1]) == pytest.approx(0.119643, abs=1e-6)
