"""The reference of gibbs.py against exact arithmetic, the identity of the bound, and the slides' misprints."""

from fractions import Fraction

import numpy as np
import pytest

from reference.cmu10707_hw5 import gibbs, noisy_or
from tests.properties.cmu10707_hw5.draw_noisy_or import bits

SEEDS = range(40)


def instance(seed):
    """q and a log joint."""
    rng = np.random.default_rng(seed)
    S = int(rng.integers(2, 9))
    return rng.dirichlet(np.ones(S)), rng.normal(-5, 3, S)


@pytest.mark.parametrize("seed", SEEDS)
def test_bound_and_gap_make_up_the_evidence(seed):
    """log p(x) is the bound plus the gap for every q; the gap is not negative, and 0 for the posterior."""
    q, log_joint = instance(seed)
    evidence = gibbs.log_marginal(log_joint, np.zeros(len(q)))
    right = gibbs.posterior(log_joint, np.zeros(len(q)))

    assert gibbs.elbo(q, log_joint) + gibbs.gap(q, log_joint) == pytest.approx(evidence, abs=1e-13)
    assert gibbs.gap(q, log_joint) >= 0
    assert gibbs.gap(right, log_joint) == pytest.approx(0, abs=1e-13)
    assert gibbs.best_in_family([q, right, np.eye(len(q))[0]], log_joint) == (1, pytest.approx(0, abs=1e-13))
    assert right == pytest.approx(np.exp(log_joint) / np.exp(log_joint).sum(), rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_sums_are_exact(seed):
    """Against fractions: the evidence of dyadic joints, moved down by 1e5."""
    rng = np.random.default_rng(seed)
    joint = rng.integers(1, 2**20, 6)
    exact = sum(Fraction(int(j), 2**23) for j in joint)
    log_joint = np.log(joint / 2**23)

    assert gibbs.log_marginal(log_joint, np.zeros(6)) == pytest.approx(np.log(float(exact)), abs=1e-14)
    assert gibbs.log_marginal(log_joint, np.full(6, -1e5)) == pytest.approx(np.log(float(exact)) - 1e5, abs=1e-9)
    assert gibbs.posterior(log_joint, np.full(6, -1e5)) == pytest.approx(
        [float(j / (8 * exact * 2**20)) for j in map(Fraction, joint.tolist())], rel=1e-9
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_printed_functional_is_largest_at_a_vertex(seed):
    """Maximised as printed, the free energy ends at the smallest joint, a point mass."""
    q, log_joint = instance(seed)
    corners = [gibbs.free_energy(corner, log_joint) for corner in np.eye(len(q))]

    assert max(corners) == pytest.approx(-log_joint.min())
    assert gibbs.free_energy(q, log_joint) <= max(corners)


def test_the_numbers_of_problems_6_and_7():
    """log p = -2.976 against the printed 6.908; 23.390 draws until the symptoms of measles come up."""
    log_joint = np.log([0.02, 0.03, 0.001])
    W, prior, s = np.array([[2.0, 3.0], [1.0, 0.05]]), np.array([0.95, 0.05]), np.array([1, 1])
    on = noisy_or.activation_prob(bits(2), W)
    lik = np.log(np.where(s == 1, on, 1 - on)[1:].prod(axis=1))  # without causes the evidence is impossible
    log_prior = np.log(np.where(bits(2) == 1, prior[1], prior[0]).prod(axis=1))[1:]

    assert gibbs.log_marginal(log_joint, np.zeros(3)) == pytest.approx(-2.976, abs=1e-3)
    assert max(gibbs.free_energy(c, log_joint) for c in np.eye(3)) == pytest.approx(6.908, abs=1e-3)
    assert np.exp(-gibbs.log_marginal(log_prior, lik)) == pytest.approx(23.390, abs=1e-3)


def test_the_impossible():
    """-inf where nothing is possible, and no posterior and no gap; +inf where q leaves the joint's support."""
    never = np.full(2, -np.inf)
    assert gibbs.log_marginal(np.zeros(2), never) == -np.inf
    assert gibbs.gap(np.array([0.5, 0.5]), np.array([-1.0, -np.inf])) == np.inf
    for call in (lambda: gibbs.posterior(np.zeros(2), never), lambda: gibbs.gap(np.array([0.5, 0.5]), never)):
        with pytest.raises(ValueError, match="is 0"):
            call()
