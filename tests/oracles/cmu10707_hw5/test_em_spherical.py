"""The reference of em_spherical.py against scikit-learn-free truths: optimality of both steps, monotony, misprints."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from reference.cmu10707_hw5 import em_spherical as em

SEEDS = range(30)


def instance(seed):
    """Points and centres."""
    rng = np.random.default_rng(seed)
    K, d, n = int(rng.integers(2, 5)), int(rng.integers(1, 4)), int(rng.integers(10, 50))
    around = 1.5 * rng.standard_normal((K, d))
    return around[rng.integers(K, size=n)] + rng.standard_normal((n, d)), 1.5 * rng.standard_normal((K, d)), rng


@pytest.mark.parametrize("seed", SEEDS)
def test_both_steps_are_optimal(seed):
    """At the posterior the objective is scipy's log-likelihood; random q and centres are not better."""
    X, mu, rng = instance(seed)
    q = em.e_step(X, mu)
    density = np.mean([np.atleast_1d(multivariate_normal(m, np.eye(len(m))).pdf(X)) for m in mu], axis=0)
    right = float(np.log(density).sum())
    best = em.objective(q, X, em.m_step(X, q))

    assert em.log_likelihood(X, mu) == pytest.approx(right, rel=1e-12)
    assert em.objective(q, X, mu) == pytest.approx(right, rel=1e-12)
    assert all(em.objective(rng.dirichlet(np.ones(len(mu)), len(X)), X, mu) <= right for _ in range(10))
    assert all(em.objective(q, X, mu + 0.3 * rng.standard_normal(mu.shape)) <= best for _ in range(10))
    assert em.objective(em.e_step_restricted(X, mu), X, mu) <= right
    rows = np.eye(len(mu))[rng.integers(len(mu), size=len(X))]
    assert em.objective(rows, X, mu) <= em.objective(em.e_step_restricted(X, mu), X, mu)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_likelihood_never_falls(seed):
    """Fifteen steps, up to rounding; the trace begins and ends with those of the first and last centres."""
    X, mu, _ = instance(seed)
    last, q, trace = em.em(X, mu, 15)

    assert (np.diff(trace) >= -1e-13 * np.abs(trace[1:])).all()
    assert trace[[0, -1]] == pytest.approx([em.log_likelihood(X, mu), em.log_likelihood(X, last)])
    assert last == pytest.approx(em.m_step(X, q))


def test_the_printed_steps_fail():
    """The printed E step makes the likelihood fall in many runs; a stale q makes the objective fall (S6, S8)."""
    falls = stale = 0
    for seed in range(60):
        X, mu, _ = instance(seed)
        one, path = mu, []
        for _ in range(10):
            path.append(em.log_likelihood(X, one))
            squares = ((X[:, None] - one) ** 2).sum(axis=2)
            q = np.exp(-squares + squares.min(axis=1, keepdims=True))
            one = em.m_step(X, q / q.sum(axis=1, keepdims=True))
        falls += bool((np.diff(path) < -1e-9).any())
        before = em.e_step(X, mu)
        first = em.m_step(X, before)
        second = em.m_step(X, before)  # the centres that the stale q gives once more
        stale += (
            em.objective(em.e_step(X, first), X, second)
            < em.objective(em.e_step(X, first), X, em.m_step(X, em.e_step(X, first))) - 1e-9
        )

    assert falls >= 6
    assert stale >= 30


def test_the_bad_start_is_bad():
    """EM from there ends 500 nats and more below the three clusters, and stays there."""
    X = em.given_points()
    best = em.em(X, np.array([[-10.0], [0.0], [10.0]]), 50)[2][-1]
    trace = em.em(X, em.bad_start(), 1000)[2]

    assert trace[200] == pytest.approx(trace[-1], abs=1e-6)
    assert trace[-1] <= best - 500
    with pytest.raises(ValueError, match="no probability"):
        em.m_step(X, np.eye(2)[np.zeros(120, dtype=int)])
