"""The reference of lda.py against torch, quadrature in the proportions, total mass and the laws of its draws."""

import math

import numpy as np
import pytest
import torch
from scipy.special import betaln, roots_jacobi
from torch.distributions import Dirichlet

from autograder.kit.laws import beta_cdf
from autograder.kit.multinomial import assert_law
from autograder.kit.sampler import assert_follows
from reference.cmu10707_hw5 import lda
from tests.properties.cmu10707_hw5.draw_discrete import cells, states, tables

SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_density_is_torch_s(seed):
    """The log density agrees with torch for concentrations from 0.1 to 30."""
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 9))
    theta, alpha = tables(rng, (k,), 1.0), 10 ** rng.uniform(-1, 1.5, k)
    right = float(Dirichlet(torch.tensor(alpha)).log_prob(torch.tensor(theta)))

    assert lda.dirichlet_logpdf(theta, alpha) == pytest.approx(right, rel=1e-11, abs=1e-11)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_evidence_is_an_integral_over_proportions(seed):
    """For two topics Gauss-Jacobi quadrature of the product over words gives p(w); the order of words is free."""
    rng = np.random.default_rng(seed)
    alpha, beta = rng.uniform(0.2, 3, 2), tables(rng, (2, 4), 1.0)
    w = rng.integers(0, 4, int(rng.integers(1, 7)))
    t, weight = roots_jacobi(20, alpha[1] - 1, alpha[0] - 1)
    theta = (1 + t) / 2
    words = np.prod([theta * beta[0, v] + (1 - theta) * beta[1, v] for v in w], axis=0)
    right = (weight @ words) / math.exp(betaln(*alpha)) / 2 ** (alpha.sum() - 1)
    found = lda.doc_log_likelihood(w, alpha, beta)

    assert math.exp(found) == pytest.approx(right, rel=1e-9)
    assert lda.doc_log_likelihood(rng.permutation(w), alpha, beta) == pytest.approx(found, abs=1e-12)


def test_documents_have_mass_one_and_are_not_independent_words():
    """All documents of four words have mass 1; two words are exchangeable, and not independent."""
    alpha, beta = np.array([0.3, 0.3]), np.array([[0.9, 0.1], [0.1, 0.9]])
    p = [math.exp(lda.doc_log_likelihood(w, alpha, beta)) for w in states([2] * 4)]
    pair = [math.exp(lda.doc_log_likelihood(w, alpha, beta)) for w in states([2] * 2)]

    assert sum(p) == pytest.approx(1, abs=1e-13)
    assert pair[1] == pytest.approx(pair[2])
    assert pair[0] > 0.3  # 0.25 if the words were independent


@pytest.mark.parametrize("seed", range(4))
def test_draws_follow_the_model(seed):
    """Proportions have the Dirichlet's marginals, and documents their probabilities."""
    alpha, beta = np.array([0.4, 0.8]), np.array([[0.9, 0.1], [0.2, 0.8]])
    theta, z, w = lda.sample(alpha, beta, np.full(5000, 3), np.random.default_rng(seed))
    assert_follows(theta[:, 0], lambda x: beta_cdf(x, 0.4, 0.8), what="theta")
    p = np.exp([lda.doc_log_likelihood(v, alpha, beta) for v in states([2] * 3)])
    assert_law(cells(np.array(w), [2] * 3), p, what="documents")

    assert {len(t) for t in z} == {3}


def test_the_shapes_of_problem_5b():
    """log density at the centre less that near a corner is negative, zero and positive for alpha = 0.1, 1, 10."""
    centre, corner = np.full(3, 1 / 3), np.array([0.98, 0.01, 0.01])
    gaps = [
        lda.dirichlet_logpdf(centre, np.full(3, a)) - lda.dirichlet_logpdf(corner, np.full(3, a)) for a in (0.1, 1, 10)
    ]

    assert np.exp(gaps) == pytest.approx([4.8e-3, 1, 1.6e23], rel=0.05)
