"""The reference of gmm.py against torch's mixtures, scikit-learn, autograd and what is known of the three methods."""

import numpy as np
import pytest
import torch
from sklearn.mixture import GaussianMixture

from reference.cse599i_hw1 import ascent, gmm
from tests.properties.cse599i_hw1.draw_gmm import MEANS, START, dataset

SEEDS = range(15)


def instance(seed):
    """Points and means."""
    rng = np.random.default_rng(seed)
    n, K, d = int(rng.integers(1, 40)), int(rng.integers(1, 5)), int(rng.integers(1, 4))
    return 2 * rng.normal(size=(n, d)), 2 * rng.normal(size=(K, d))


def likelihood(X, mu):
    """The mean log-likelihood by torch."""
    parts = torch.distributions.MultivariateNormal(mu, torch.eye(X.shape[1], dtype=torch.float64))
    weights = torch.distributions.Categorical(logits=torch.zeros(len(mu), dtype=torch.float64))
    return torch.distributions.MixtureSameFamily(weights, parts).log_prob(torch.tensor(X)).mean()


@pytest.mark.parametrize("seed", SEEDS)
def test_likelihood_and_gradient_are_torch_s(seed):
    """The log-likelihood is that of MixtureSameFamily, a step of ascent goes along its autograd gradient."""
    X, mu = instance(seed)
    leaf = torch.tensor(mu, requires_grad=True)
    value = likelihood(X, leaf)
    value.backward()

    assert gmm.avg_log_likelihood(X, mu) == pytest.approx(value.item(), rel=1e-12)
    np.testing.assert_allclose(ascent.gradient_step(X, mu, 0.7), mu + 0.7 * leaf.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_responsibilities_are_sklearn_s(seed):
    """With fixed weights and unit precisions scikit-learn gives the same responsibilities, whence the EM step."""
    X, mu = instance(seed)
    model = GaussianMixture(len(mu), covariance_type="spherical")
    model.weights_, model.means_ = np.full(len(mu), 1 / len(mu)), mu
    model.covariances_ = model.precisions_cholesky_ = np.ones(len(mu))
    r = model.predict_proba(X)

    np.testing.assert_allclose(ascent.em_step(X, mu), r.T @ X / r.sum(axis=0)[:, None], rtol=1e-9, atol=1e-12)
    assert gmm.avg_log_likelihood(X, mu) == pytest.approx(model.score(X), rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_small_steps_and_em_never_fall(seed):
    """Steps up to 2 and iterations of EM raise the log-likelihood."""
    X, mu = instance(seed)
    for _, trace in (gmm.fit_gradient_ascent(X, mu, 2.0, 10), gmm.fit_em(X, mu, 10)):
        assert (np.diff(trace) >= -1e-12 * np.abs(trace[1:])).all()


def test_the_methods_meet_at_the_optimum():
    """On 3000 points all three end at the best log-likelihood, as close as their claims ask."""
    X = dataset(5)
    best = gmm.avg_log_likelihood(X, ascent.optimum(X, MEANS))

    assert best - gmm.fit_em(X, START)[1][-1] <= 1e-6
    assert best - gmm.fit_gradient_ascent(X, START, gmm.LR_GA)[1][-1] <= 0.001
    assert best - gmm.fit_sgd(X, START, 0.05, 32, 5000, np.random.default_rng(1))[1][-1] <= 0.01
    assert gmm.avg_log_likelihood(np.array([[100.0, 100.0]]), MEANS) == pytest.approx(-9607.94, abs=0.01)


def test_a_batch_of_everything_is_the_gradient():
    """On identical points stochastic ascent is ascent."""
    X, mu = instance(1)
    X = np.repeat(X[:1], 8, axis=0)
    found, _ = gmm.fit_sgd(X, mu, 0.3, 3, 5, np.random.default_rng(0))

    np.testing.assert_allclose(found, gmm.fit_gradient_ascent(X, mu, 0.3, 5)[0], atol=1e-12)


def test_the_data_are_three_clouds():
    """Each component has its number of points, its mean and unit variances."""
    X, labels = gmm.make_gmm_data(np.random.default_rng(2), 2000)

    assert np.bincount(labels).tolist() == [2000] * 3
    for k in range(3):
        np.testing.assert_allclose(X[labels == k].mean(axis=0), MEANS[k], atol=0.12)
        np.testing.assert_allclose(np.cov(X[labels == k].T), np.eye(2), atol=0.15)


@pytest.mark.parametrize(("X", "mu", "lr"), [(np.zeros((0, 2)), START, 1), (MEANS, START[:, :1], 1), (MEANS, START, 0)])
def test_bad_input_is_refused(X, mu, lr):
    """No rows, means of another dimension and step sizes that are not positive raise ValueError."""
    with pytest.raises(ValueError, match=r"shape|step size"):
        gmm.fit_gradient_ascent(X, mu, lr)
