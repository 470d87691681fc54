"""The reference of em.py against counting in dictionaries, enumeration, optimisation, and what is known of EM."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from scipy.optimize import minimize

from reference.stratos_a5 import em, enumeration
from tests.properties.stratos_a5.draw_em import KINDS, bigram_bound, contexts, distributions, expected, unigram, words

SEEDS = range(25)


def instance(seed, max_t=40, max_v=6, max_m=4, *, zeros=False):
    """Words, V, m, and both tables."""
    rng = np.random.default_rng(seed)
    T, V, m = rng.integers(1, max_t + 1), rng.integers(1, max_v + 1), rng.integers(1, max_m + 1)
    x = words(rng, T, V, KINDS[seed % len(KINDS)])
    return x, int(V), int(m), distributions(rng, V + 1, m, zeros=zeros), distributions(rng, m, V, zeros=zeros), rng


def complete(x, z, first, second):
    """log p(x, z) by its definition."""
    before = [len(first) - 1, *x[:-1]]
    return sum(
        math.log(first[c, k]) + math.log(second[k, w]) if first[c, k] * second[k, w] > 0 else -math.inf
        for c, w, k in zip(before, x, z, strict=True)
    )


def kl(p, q):
    """KL(p || q) with 0 log 0 = 0."""
    return sum(a * math.log(a / b) for a, b in zip(p, q, strict=True) if a > 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_estimate_is_what_dictionaries_count(seed):
    """Shares of pairs among contexts, and among classes; uniform rows where nothing was counted."""
    x, V, m, _, _, rng = instance(seed)
    z = rng.integers(0, m, len(x))
    first, second = em.mle_complete(x, z, V, m)
    before = [V, *x[:-1].tolist()]
    pairs, context = Counter(zip(before, z.tolist(), strict=True)), Counter(before)
    emitted, classes = Counter(zip(z.tolist(), x.tolist(), strict=True)), Counter(z.tolist())

    for c, k in itertools.product(range(V + 1), range(m)):
        assert first[c, k] == pytest.approx(pairs[c, k] / context[c] if context[c] else 1 / m, abs=1e-15)
    for k, w in itertools.product(range(m), range(V)):
        assert second[k, w] == pytest.approx(emitted[k, w] / classes[k] if classes[k] else 1 / V, abs=1e-15)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_estimate_is_optimal_by_an_identity(seed):
    """L(estimate) - L(other) is the weighted sum of the rows' divergences, which is never negative."""
    x, V, m, other_first, other_second, rng = instance(seed)
    z = rng.integers(0, m, len(x))
    first, second = em.mle_complete(x, z, V, m)
    count, classes = Counter([V, *x[:-1].tolist()]), Counter(z.tolist())
    gap = sum(n * kl(first[c], other_first[c]) for c, n in count.items())
    gap += sum(n * kl(second[k], other_second[k]) for k, n in classes.items())

    assert complete(x, z, first, second) - complete(x, z, other_first, other_second) == pytest.approx(gap, abs=1e-10)
    assert gap >= -1e-12


@pytest.mark.parametrize("seed", SEEDS)
def test_posterior_and_likelihood_are_those_of_enumeration(seed):
    """All sequences of classes together give the same posteriors and log-likelihood, and each path its own."""
    x, V, m, first, second, rng = instance(seed, max_t=6, max_v=4, max_m=3)
    gamma, total = enumeration.enumerated(x, first, second)
    z = rng.integers(0, m, len(x))

    np.testing.assert_allclose(em.e_step(x, first, second), gamma, atol=1e-13)
    assert em.log_likelihood(x, first, second) == pytest.approx(total, rel=1e-13)
    path = complete(x, z, first, second) - total
    assert em.log_posterior_path(z, x, first, second) == pytest.approx(path, rel=1e-12, abs=1e-12)
    assert len(first) - 1 == V


def test_enumeration_is_the_sum_over_paths():
    """The enumeration that properties ask is the definition, on a case counted by hand."""
    first, second = np.array([[0.5, 0.5], [0.25, 0.75], [1.0, 0.0]]), np.array([[0.5, 0.5], [0.25, 0.75]])
    gamma, total = enumeration.enumerated(np.array([0, 1]), first, second)

    assert total == pytest.approx(math.log(0.5 * (0.5 * 0.5 + 0.5 * 0.75)))
    np.testing.assert_allclose(gamma, [[1, 0], [0.4, 0.6]])


def test_two_thousand_words_do_not_underflow():
    """The probability is 0 in floating point, its logarithm is not."""
    rng = np.random.default_rng(0)
    first, second = distributions(rng, 21, 4), distributions(rng, 4, 20)
    x = rng.integers(0, 20, 2000)
    total = (first[contexts(x, 20)] * second[:, x].T).sum(axis=1)

    assert np.prod(total) == 0
    assert em.log_likelihood(x, first, second) == pytest.approx(math.fsum(np.log(total)), rel=1e-13)
    assert em.log_likelihood(x, first, second) < -5000


def test_what_cannot_occur():
    """A pair of probability 0: -inf for the likelihood, ValueError for posteriors; a path of probability 0 is -inf."""
    first, second = np.array([[1.0, 0.0], [0.5, 0.5], [1.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])

    assert em.log_likelihood(np.array([1]), first, second) == -math.inf
    with pytest.raises(ValueError, match="probability 0"):
        em.e_step(np.array([1]), first, second)
    with pytest.raises(ValueError, match="probability 0"):
        em.log_posterior_path(np.array([0]), np.array([1]), first, second)
    assert em.log_posterior_path(np.array([1]), np.array([0]), first, second) == -math.inf


@pytest.mark.parametrize("seed", SEEDS)
def test_the_m_step_is_weighted_counting(seed):
    """Sums of gamma by context and by word, in plain Python."""
    x, V, m, _, _, rng = instance(seed)
    gamma = distributions(rng, len(x), m)
    first, second = em.m_step(x, gamma, V)
    before = [V, *x[:-1].tolist()]

    for c in range(V + 1):
        rows = [gamma[t] for t in range(len(x)) if before[t] == c]
        np.testing.assert_allclose(first[c], sum(rows) / len(rows) if rows else np.full(m, 1 / m), atol=1e-13)
    for w in range(V):
        mass = sum((gamma[t] for t in range(len(x)) if x[t] == w), np.zeros(m))
        np.testing.assert_allclose(second[:, w], mass / gamma.sum(axis=0), atol=1e-13)


@pytest.mark.parametrize("seed", range(4))
def test_the_m_step_is_what_an_optimiser_finds(seed):
    """scipy, in softmax coordinates, climbs to the same expected log-likelihood and no higher."""
    rng = np.random.default_rng(seed)
    x, V, m = rng.integers(0, 2, 8), 2, 2
    gamma = distributions(rng, 8, m)

    def tables(v):
        a, b = v[:6].reshape(3, 2), v[6:].reshape(2, 2)
        return np.exp(a) / np.exp(a).sum(1, keepdims=True), np.exp(b) / np.exp(b).sum(1, keepdims=True)

    best = expected(x, gamma, V, *em.m_step(x, gamma, V))
    found = minimize(lambda v: -expected(x, gamma, V, *tables(v)), rng.normal(size=10), method="BFGS")

    assert -found.fun == pytest.approx(best, abs=1e-6)
    assert -found.fun <= best + 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_em_rises_below_the_bigram_bound(seed):
    """The trace never falls, never exceeds the bound, and belongs to the tables that come back."""
    x, V, m, first, second, _ = instance(seed)
    a, b, trace = em.em(x, V, m, 30, (first, second))

    assert (np.diff(trace) >= -1e-12 * np.maximum(1, np.abs(trace[1:]))).all()
    assert trace.max() <= bigram_bound(x, V) + 1e-9
    assert trace[0] == em.log_likelihood(x, first, second)
    assert trace[-1] == em.log_likelihood(x, a, b)


@pytest.mark.parametrize("seed", SEEDS)
def test_as_many_classes_as_words_attain_the_bound(seed):
    """With p(z | x) the bigram frequencies and p(x' | z) the identity the bound is reached."""
    x, V, _, _, _, _ = instance(seed)
    first, _ = em.mle_complete(x, x, V, V)

    assert em.log_likelihood(x, first, np.eye(V)) == pytest.approx(bigram_bound(x, V), abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_known_optima_and_equivariance(seed):
    """One class and equal classes end at the unigram optimum; certain classes give part 1.1; labels may be permuted."""
    x, V, m, first, second, rng = instance(seed)
    ones = em.em(x, V, 1, 3, (np.ones((V + 1, 1)), distributions(rng, 1, V)))[2]
    alike = em.em(x, V, m, 3, (np.full((V + 1, m), 1 / m), np.full((m, V), 1 / V)))[2]
    z, order = rng.integers(0, m, len(x)), rng.permutation(m)
    a, b, trace = em.em(x, V, m, 10, (first, second))
    a2, b2, trace2 = em.em(x, V, m, 10, (first[:, order], second[order]))

    np.testing.assert_allclose(ones[1:], unigram(x, V), atol=1e-9)
    np.testing.assert_allclose(alike[1:], unigram(x, V), atol=1e-9)
    for got, right in zip(em.m_step(x, np.eye(m)[z], V), em.mle_complete(x, z, V, m), strict=True):
        np.testing.assert_array_equal(got, right)
    np.testing.assert_allclose(a2, a[:, order], atol=1e-9)
    np.testing.assert_allclose(b2, b[order], atol=1e-9)
    np.testing.assert_allclose(trace2, trace, rtol=1e-12, atol=1e-12)


def test_the_sequential_update_is_monotone_and_differs():
    """ECM never falls either, so only its trace gives it away: by far more than the tolerance after three steps."""
    gaps = []
    for seed in range(200):
        x, V, m, first, second, _ = instance(seed, max_t=60, max_v=8)
        if m == 1:
            continue
        a, b, trace = first, second, [em.log_likelihood(x, first, second)]
        for _ in range(3):
            a = em.m_step(x, em.e_step(x, a, b), V)[0]
            b = em.m_step(x, em.e_step(x, a, b), V)[1]
            trace.append(em.log_likelihood(x, a, b))
        assert (np.diff(trace) >= -1e-10).all()
        gaps.append(np.abs(np.array(trace) - em.em(x, V, m, 3, (first, second))[2]).max())

    assert np.median(gaps) > 0.01
    assert np.mean(np.array(gaps) > 1e-4) > 0.5


def test_the_tables_to_begin_with():
    """Positive, proper, from the generator's state alone, and no two classes alike."""
    for V, m in ((1, 2), (8, 6), (3, 1)):
        first, second = em.init_params(V, m, np.random.default_rng(3))
        again, _ = em.init_params(V, m, np.random.default_rng(3))
        other, _ = em.init_params(V, m, np.random.default_rng(4))

        assert first.shape == (V + 1, m)
        assert second.shape == (m, V)
        assert (first > 0).all()
        assert (second > 0).all()
        np.testing.assert_allclose(first.sum(axis=1), 1)
        np.testing.assert_array_equal(first, again)
        assert m == 1 or (first != other).any()


BAD = {
    "no words": lambda: em.mle_complete([], [], 2, 2),
    "a word too large": lambda: em.m_step([0, 2], np.ones((2, 2)) / 2, 2),
    "a negative word": lambda: em.e_step([0, -1], np.ones((3, 1)), np.ones((1, 2)) / 2),
    "no vocabulary": lambda: em.m_step([0], np.ones((1, 1)), 0),
    "no class": lambda: em.mle_complete([0], [0], 1, 0),
    "a class too large": lambda: em.mle_complete([0], [1], 1, 1),
    "too few classes": lambda: em.mle_complete([0, 0], [0], 1, 1),
    "tables that do not fit": lambda: em.log_likelihood([0], np.ones((2, 1)), np.ones((2, 1))),
    "a gamma too short": lambda: em.m_step([0, 0], np.ones((1, 1)), 1),
    "a negative gamma": lambda: em.m_step([0], -np.ones((1, 1)), 1),
    "an infinite gamma": lambda: em.m_step([0], np.full((1, 1), np.inf), 1),
    "a path too short": lambda: em.log_posterior_path([0], [0, 0], np.ones((2, 1)), np.ones((1, 1))),
    "a path of no class": lambda: em.log_posterior_path([1], [0], np.ones((2, 1)), np.ones((1, 1))),
    "other tables to begin with": lambda: em.em([0], 1, 2, 1, (np.ones((2, 1)), np.ones((1, 1)))),
    "nothing to begin with": lambda: em.init_params(0, 1, np.random.default_rng(0)),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused(name):
    """Every condition of the docstrings raises ValueError."""
    with pytest.raises(ValueError, match=r"."):
        BAD[name]()
