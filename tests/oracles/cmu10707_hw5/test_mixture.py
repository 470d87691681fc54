"""The reference of mixture.py against torch's mixture, quadrature and the laws of its draws."""

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal

from autograder.kit.draw import covariance, distribution
from autograder.kit.laws import gaussian_cdf
from autograder.kit.multinomial import assert_law
from autograder.kit.sampler import assert_follows
from reference.cmu10707_hw5 import mixture


def parameters(seed, k=3, d=2):
    """Weights, means, covariances."""
    rng = np.random.default_rng(seed)
    return distribution(rng, k), 1.5 * rng.standard_normal((k, d)), np.stack([covariance(rng, d) for _ in range(k)])


@pytest.mark.parametrize("seed", range(20))
def test_the_density_is_torch_s(seed):
    """log p(x) agrees with MixtureSameFamily, and responsibilities with its components."""
    rng = np.random.default_rng(seed)
    pi, mu, sigma = parameters(seed, int(rng.integers(1, 5)), int(rng.integers(1, 4)))
    x = 2 * rng.standard_normal((8, mu.shape[1]))
    weight, part = Categorical(torch.tensor(pi)), MultivariateNormal(torch.tensor(mu), torch.tensor(sigma))
    right = MixtureSameFamily(weight, part).log_prob(torch.tensor(x)).numpy()
    joint = part.log_prob(torch.tensor(x)[:, None]).numpy() + np.log(pi)

    assert mixture.log_density(x, pi, mu, sigma) == pytest.approx(right, rel=1e-12, abs=1e-12)
    assert mixture.responsibilities(x, pi, mu, sigma) == pytest.approx(np.exp(joint - right[:, None]), abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_density_integrates_to_one(seed):
    """In one dimension, by adaptive quadrature."""
    pi, mu, sigma = parameters(seed, 3, 1)
    mass, _ = quad(lambda x: float(np.exp(mixture.log_density(np.array([[x]]), pi, mu, sigma))[0]), -40, 40, limit=200)

    assert mass == pytest.approx(1, abs=1e-7)


@pytest.mark.parametrize("seed", range(5))
def test_draws_follow_the_mixture(seed):
    """Components follow the weights; whitened points are standard normal in a direction across the axes."""
    pi, mu, sigma = parameters(seed)
    Z, X = mixture.sample(5000, pi, mu, sigma, np.random.default_rng(seed))
    assert_law(Z, pi, what="Z")
    white = np.stack([np.linalg.solve(np.linalg.cholesky(sigma[z]), x - mu[z]) for z, x in zip(Z, X, strict=True)])
    assert_follows(white @ np.array([0.8, -0.6]), gaussian_cdf, what="X")


def test_points_far_away_belong_to_the_nearest():
    """At 60 standard deviations the log density is finite and the responsibilities are those of the exponents."""
    pi, mu, sigma = np.array([0.5, 0.5]), np.array([[0.0], [1.0]]), np.ones((2, 1, 1))
    x = np.array([[60.0], [-60.0]])

    assert np.isfinite(mixture.log_density(x, pi, mu, sigma)).all()
    assert mixture.responsibilities(x, pi, mu, sigma)[:, 1] == pytest.approx([1, 0], abs=1e-25)
