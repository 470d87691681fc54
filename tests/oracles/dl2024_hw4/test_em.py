"""The reference of em.py against definitions in plain Python, optimisers, and numerical coordinate ascent."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar
from scipy.stats import binom

from reference.dl2024_hw4 import em
from tests.properties.dl2024_hw4.draw_em import distribution, entropy

SEEDS = range(20)


def bag(seed, max_k=3):
    """h, m, pi and theta0 of a bag of coins."""
    rng = np.random.default_rng(seed)
    n, m, k = rng.integers(2, 12), int(rng.integers(2, 15)), rng.integers(1, max_k + 1)
    pi = 0.9 * distribution(rng, k) + 0.1 / k
    h = np.clip(rng.binomial(m, rng.choice([0.2, 0.5, 0.9], n)), 1, m - 1)
    return h, m, pi, rng.uniform(0.1, 0.9, k)


def joint(h, m, pi, theta):
    """log p(h_i, z_i = k) with scipy's binomial law."""
    return np.log(pi) + np.stack([binom.logpmf(h, m, t) for t in theta], axis=1)


def log_likelihood(h, m, pi, theta):
    """log p(h), summed over the coins in probability space."""
    return float(np.log(np.exp(joint(h, m, pi, theta)).sum(axis=1)).sum())


def simplex(v):
    """The distribution with these logits."""
    return np.exp(v - np.logaddexp.reduce(v))


@pytest.mark.parametrize("seed", SEEDS)
def test_free_energy_is_its_definition(seed):
    """The expectation of log p(x, z) plus the entropy, and log p(x) less the divergence from the posterior."""
    rng = np.random.default_rng(seed)
    k = rng.integers(1, 6)
    log_joint, q = rng.normal(-2, 2, k), distribution(rng, k, zeros=True)
    value = em.free_energy(log_joint, q)
    evidence = np.logaddexp.reduce(log_joint)
    divergence = sum(a * (math.log(a) - b + evidence) for a, b in zip(q, log_joint, strict=True) if a > 0)

    assert value == pytest.approx(sum(q * log_joint) + entropy(q), abs=1e-12)
    assert value == pytest.approx(evidence - divergence, abs=1e-12)
    assert em.free_energy(log_joint, em.best_q(log_joint)) == pytest.approx(evidence, abs=1e-13)


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_the_best_q_is_what_an_optimiser_finds(seed):
    """scipy, in softmax coordinates, climbs to the same value and the same q."""
    log_joint = np.random.default_rng(seed).normal(-1, 2, 4)
    found = minimize(lambda v: -em.free_energy(log_joint, simplex(v)), np.zeros(4), options={"gtol": 1e-9})

    assert -found.fun == pytest.approx(em.free_energy(log_joint, em.best_q(log_joint)), abs=1e-10)
    np.testing.assert_allclose(simplex(found.x), em.best_q(log_joint), atol=1e-5)


def test_what_cannot_occur():
    """-inf where q meets an impossible z, 0 probability for it in the best q, ValueError for nothing possible."""
    log_joint = np.array([0.0, -np.inf])

    assert em.free_energy(log_joint, [0.5, 0.5]) == -math.inf
    assert em.free_energy(log_joint, [1.0, 0.0]) == 0
    np.testing.assert_array_equal(em.best_q(log_joint - 5000), [1, 0])
    with pytest.raises(ValueError, match="probability 0"):
        em.best_q(np.full(2, -np.inf))


@pytest.mark.parametrize("seed", SEEDS)
def test_f_is_q_plus_entropy(seed):
    """Whatever the new parameters are, F at the old posterior exceeds Q by its entropy."""
    h, m, pi, theta = bag(seed)
    old, rng = joint(h, m, pi, theta), np.random.default_rng(seed)
    q = np.array([em.best_q(row) for row in old])
    for _ in range(5):
        new = joint(h, m, pi, rng.uniform(0.05, 0.95, len(theta)))
        f = sum(em.free_energy(row, weights) for row, weights in zip(new, q, strict=True))
        assert f - em.q_function(new, old) == pytest.approx(sum(map(entropy, q)), abs=1e-11)


@pytest.mark.parametrize("seed", SEEDS)
def test_em_rises_and_is_the_ascent(seed):
    """Half steps never lose; every other value is the log-likelihood; both functions give one path."""
    h, m, pi, theta = bag(seed)
    thetas, values = em.f_ascent_coins(h, m, pi, theta, 12)

    assert (np.diff(values) >= -1e-11).all()
    np.testing.assert_allclose(values[::2], [log_likelihood(h, m, pi, t) for t in thetas], atol=1e-10)
    np.testing.assert_array_equal(em.em_coins(h, m, pi, theta, 12), thetas)


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_a_step_is_what_numerical_ascent_takes(seed):
    """Maximising F over each theta_k at the posterior, by a scalar optimiser, gives the closed form."""
    h, m, pi, theta = bag(seed)
    for before, after in zip(*(lambda path: (path[:-1], path[1:]))(em.em_coins(h, m, pi, theta, 3)), strict=True):
        q = np.exp(joint(h, m, pi, before))
        q /= q.sum(axis=1, keepdims=True)
        for k, right in enumerate(after):
            found = minimize_scalar(
                lambda t, weight=q[:, k]: -weight @ binom.logpmf(h, m, t),
                bounds=(1e-6, 1 - 1e-6),
                method="bounded",
                options={"xatol": 1e-10},
            )
            assert found.x == pytest.approx(right, abs=1e-6)


def test_the_edges():
    """No heads at all end at 0 with a finite F; one coin is the share of heads after one iteration."""
    thetas, values = em.f_ascent_coins([0, 0], 3, [0.5, 0.5], [0.2, 0.7], 2)
    one = em.em_coins([1, 4], 5, [1.0], [0.9], 1)

    np.testing.assert_array_equal(thetas[1:], 0)
    assert values[-1] == 0
    assert one[1, 0] == pytest.approx(0.5)


@pytest.mark.parametrize("theta", [[0.0, 0.5], [0.5, 1.0]])
def test_bad_input_is_refused(theta):
    """A theta0 at the edge and an h outside 0..m raise ValueError."""
    with pytest.raises(ValueError, match="theta0"):
        em.em_coins([1], 2, [0.5, 0.5], theta, 1)
    for h in (-1, 3):
        with pytest.raises(ValueError, match="entry of h"):
            em.f_ascent_coins([h], 2, [0.5, 0.5], [0.3, 0.5], 1)
