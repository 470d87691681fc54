"""The reference of lda_vi.py against autograd of the bound, exact evidence by enumeration, and scikit-learn."""

import itertools

import numpy as np
import pytest
import torch
from scipy.special import gammaln
from sklearn.decomposition import LatentDirichletAllocation
from torch.distributions import Dirichlet, kl_divergence

from reference.cmu10707_hw5 import lda_vi

SEEDS = range(20)


def instance(seed, max_words=6, max_k=3):
    """Documents, phi, gamma, lam, alpha, eta."""
    rng = np.random.default_rng(seed)
    K, V, D = int(rng.integers(1, max_k + 1)), int(rng.integers(2, 6)), int(rng.integers(1, 4))
    docs = [rng.integers(0, V, int(rng.integers(1, max_words + 1))) for _ in range(D)]
    phi = [rng.dirichlet(np.ones(K), len(words)) for words in docs]
    gamma, lam = rng.uniform(0.3, 5, (D, K)), rng.uniform(0.3, 5, (K, V))
    return docs, phi, gamma, lam, rng.uniform(0.2, 2, K), float(rng.uniform(0.2, 1.5))


def bound(docs, phi, gamma, lam, alpha, eta):
    """The bound in torch, with its own Dirichlet divergences."""
    total = -kl_divergence(Dirichlet(gamma), Dirichlet(alpha.expand_as(gamma))).sum()
    total = total - kl_divergence(Dirichlet(lam), Dirichlet(torch.full_like(lam, eta))).sum()
    topics = torch.digamma(lam) - torch.digamma(lam.sum(1, keepdim=True))
    for words, rows, g in zip(docs, phi, gamma, strict=True):
        mixed = torch.digamma(g) - torch.digamma(g.sum()) + topics[:, torch.tensor(words)].T
        total = total + (rows * (mixed - torch.log(rows))).sum()
    return total


def evidence(docs, K, V, alpha, eta):
    """log p(docs) by going through all topics, both Dirichlets integrated out."""
    words = np.concatenate(docs)
    owner = np.repeat(np.arange(len(docs)), [len(d) for d in docs])
    logs = []
    for z in itertools.product(range(K), repeat=len(words)):
        z = np.array(z)
        total = 0.0
        for d in range(len(docs)):
            c = np.bincount(z[owner == d], minlength=K)
            total += (gammaln(alpha + c) - gammaln(alpha)).sum() + gammaln(alpha.sum()) - gammaln(alpha.sum() + c.sum())
        for k in range(K):
            c = np.bincount(words[z == k], minlength=V)
            total += (gammaln(eta + c) - gammaln(eta)).sum() + gammaln(V * eta) - gammaln(V * eta + c.sum())
        logs.append(total)
    return float(np.logaddexp.reduce(logs))


@pytest.mark.parametrize("seed", SEEDS)
def test_updates_are_stationary_points_of_torch_s_bound(seed):
    """The bound is torch's; its gradients vanish at the updates, and in phi they are alike over the topics."""
    docs, phi, gamma, lam, alpha, eta = instance(seed)
    lam = lda_vi.update_lambda(docs, phi, eta, lam.shape[1])
    gamma = lda_vi.update_gamma(phi, alpha)
    leaves = [torch.tensor(v, requires_grad=True) for v in (gamma, lam)]
    value = bound(docs, [torch.tensor(p) for p in phi], *leaves, torch.tensor(alpha), eta)
    assert lda_vi.elbo(docs, phi, gamma, lam, alpha, eta) == pytest.approx(float(value.detach()), abs=1e-11)
    assert all(float(g.abs().max()) < 1e-12 for g in torch.autograd.grad(value, leaves))
    rows = [torch.tensor(p, requires_grad=True) for p in lda_vi.update_phi(docs, gamma, lam)]
    value = bound(docs, rows, torch.tensor(gamma), torch.tensor(lam), torch.tensor(alpha), eta)
    assert all(float((g - g[:, :1]).abs().max()) < 1e-10 for g in torch.autograd.grad(value, rows))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_rises_below_the_evidence(seed):
    """Over thirty rounds the bound never falls and stays below the exact evidence of tiny corpora."""
    docs, phi, gamma, lam, alpha, eta = instance(seed, max_words=3, max_k=2)
    trace = lda_vi.iterate(docs, phi, gamma, lam, alpha, eta, 30)[3]

    assert (np.diff(trace) >= -1e-12).all()
    assert trace[-1] <= evidence(docs, *lam.shape, alpha, eta) + 1e-10


def test_topics_as_points_maximise_the_expected_log():
    """No random topics have a higher expected log-likelihood; an empty topic is refused."""
    docs, phi, _, lam, _, _ = instance(3)
    beta = lda_vi.beta_mstep(docs, phi, lam.shape[1])
    counts = lda_vi.update_lambda(docs, phi, 0.0, lam.shape[1])
    rng = np.random.default_rng(0)
    best = np.where(counts > 0, counts * np.log(np.where(beta > 0, beta, 1)), 0).sum()

    assert beta.sum(axis=1) == pytest.approx(1)
    assert all((counts * np.log(rng.dirichlet(np.ones(lam.shape[1]), len(lam)))).sum() <= best for _ in range(100))
    with pytest.raises(ValueError, match="no probability"):
        lda_vi.beta_mstep([np.array([0])], [np.array([[1.0, 0.0]])], 2)


def test_one_pass_is_scikit_learn_s():
    """A batch pass of scikit-learn's LDA, its document step run to the end, gives the same topics."""
    rng = np.random.default_rng(5)
    counts = rng.integers(0, 4, (4, 6))
    docs = [np.repeat(np.arange(6), row) for row in counts]
    other = LatentDirichletAllocation(
        2, doc_topic_prior=0.5, topic_word_prior=0.3, max_iter=1, learning_method="batch",
        max_doc_update_iter=2000, mean_change_tol=1e-12, random_state=1,
    )  # fmt: skip
    start = LatentDirichletAllocation(
        2, doc_topic_prior=0.5, topic_word_prior=0.3, max_iter=0, learning_method="batch", random_state=1
    )
    start._init_latent_vars(6, dtype=np.float64)
    other.fit(counts)
    lam, gamma = start.components_, np.ones((4, 2))
    for _ in range(2000):
        phi = lda_vi.update_phi(docs, gamma, lam)
        gamma = lda_vi.update_gamma(phi, np.full(2, 0.5))

    assert lda_vi.update_lambda(docs, phi, 0.3, 6) == pytest.approx(other.components_, abs=1e-6)
