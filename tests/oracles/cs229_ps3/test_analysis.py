"""Parts 3a, 3c, 3e: the reference against scipy's densities, quadrature, Bayes' rule and torch's autograd."""

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal, norm

from reference.cs229_ps3 import analysis
from tests.properties.cs229_ps3.draw_lgm import make_model, noise_level

SEEDS = range(25)


def instance(seed, m=None):
    """A model, x, mu, sigma, eps and z of the size and spread that the properties draw."""
    rng = np.random.default_rng(seed)
    d, m = int(rng.integers(1, 7)), m or int(rng.integers(1, 7))
    model, x = make_model(rng, d, m, noise_level(rng, 0.1, 3.2))
    mu, eps, z = rng.standard_normal((3, m))
    return model, x, mu, np.exp(rng.uniform(-1.5, 1.5, m)), eps, z


def conditional(model, x, z):
    """The log density of x given z, by scipy."""
    W, b, gamma = model
    return multivariate_normal(W @ z + b, gamma**2 * np.eye(len(b))).logpdf(x)


def autograd(function, at):
    """The gradient of a scalar torch function."""
    point = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(function(point), point)
    return gradient.numpy()


def log_density(model, x, z):
    """The log density of x given the torch vector z."""
    W, b, gamma = (torch.as_tensor(item, dtype=torch.float64) for item in model)
    return torch.distributions.Normal(W @ z + b, gamma).log_prob(torch.as_tensor(x)).sum()


def divergence(mu, sigma):
    """KL(q || N(0, I)) by torch's table."""
    q = torch.distributions.Normal(torch.as_tensor(mu), torch.as_tensor(sigma))
    return torch.distributions.kl_divergence(q, torch.distributions.Normal(0.0, 1.0)).sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_marginal_is_the_integral_over_z(seed):
    """Integrating p(x | z) over a one-dimensional prior by quadrature gives the marginal's density."""
    (W, b, gamma), x, *_ = instance(seed, m=1)
    grid = np.linspace(-9, 9, 8001)  # the trapezoid rule is exact to rounding for functions as smooth as these
    logs = norm.logpdf(x[:, None], W * grid + b[:, None], gamma).sum(axis=0) + norm.logpdf(grid)
    integral = np.log(0.00225 * np.sum(np.exp(logs - logs.max()))) + logs.max()

    nu, covariance = analysis.marginal(W, b, gamma)

    assert multivariate_normal(nu, covariance).logpdf(x) == pytest.approx(integral, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_marginal_and_posterior_obey_bayes_rule(seed):
    """p(x | z) p(z) = p(x) p(z | x) at random z, all four densities by scipy, any d and m."""
    model, x, *_, z = instance(seed)
    prior = multivariate_normal(np.zeros(len(z)), np.eye(len(z))).logpdf(z)

    evidence = multivariate_normal(*analysis.marginal(*model)).logpdf(x)
    posterior = multivariate_normal(*analysis.posterior(*model, x)).logpdf(z)

    assert evidence + posterior == pytest.approx(conditional(model, x, z) + prior, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_both_forms_of_the_posterior_agree(seed):
    """W'G^-1(x - b) and I - W'G^-1 W, with G the marginal covariance, are the same posterior."""
    (W, b, gamma), x, *_ = instance(seed)
    _, covariance = analysis.marginal(W, b, gamma)
    gain = np.linalg.solve(covariance, W).T

    mean, spread = analysis.posterior(W, b, gamma, x)

    np.testing.assert_allclose(mean, gain @ (x - b), rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(spread, np.eye(W.shape[1]) - gain @ W, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("seed", SEEDS)
def test_divergence_gradients_match_autograd(seed):
    """Both gradients of the divergence equal torch's derivative of torch's divergence."""
    _, _, mu, sigma, _, _ = instance(seed)

    np.testing.assert_allclose(analysis.grad_kl_mu(mu, sigma), autograd(lambda p: divergence(p, sigma), mu), atol=1e-13)
    np.testing.assert_allclose(
        analysis.grad_kl_sigma(mu, sigma), autograd(lambda p: divergence(mu, p), sigma), atol=1e-13
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_likelihood_gradients_match_autograd(seed):
    """The gradients in z, mu and sigma equal torch's derivatives of the reparametrised log density."""
    model, x, mu, sigma, eps, z = instance(seed)
    m, s, e = (torch.as_tensor(item) for item in (mu, sigma, eps))
    wanted = [
        (analysis.grad_z_loglik(x, *model, z), autograd(lambda p: log_density(model, x, p), z)),
        (analysis.grad_mu_loglik(x, *model, mu, sigma, eps), autograd(lambda p: log_density(model, x, p + s * e), mu)),
        (
            analysis.grad_sigma_loglik(x, *model, mu, sigma, eps),
            autograd(lambda p: log_density(model, x, m + p * e), sigma),
        ),
    ]

    for found, right in wanted:
        np.testing.assert_allclose(found, right, rtol=1e-10, atol=1e-10)


def wrong_results(seed):
    """Name -> (right, wrong) for the mistakes that every single instance must show."""
    (W, b, gamma), x, mu, sigma, eps, z = instance(seed)
    d, m = W.shape
    _, covariance = analysis.marginal(W, b, gamma)
    mean, spread = analysis.posterior(W, b, gamma, x)
    slope = analysis.grad_mu_loglik(x, W, b, gamma, mu, sigma, eps)
    at_z = analysis.grad_z_loglik(x, W, b, gamma, z)
    by_sigma = analysis.grad_sigma_loglik(x, W, b, gamma, mu, sigma, eps)
    by_kl = analysis.grad_kl_sigma(mu, sigma)
    precision = np.eye(m) + W.T @ W / gamma**2
    return {
        "gamma not squared": (covariance, W @ W.T + gamma * np.eye(d)),
        "nu = 0": (b, 0 * b),
        "KL: -1/sigma only": (by_kl, -1 / sigma),
        "KL: sigma^2 - 1": (by_kl, sigma**2 - 1),
        "KL: no half": (by_kl, 2 * sigma - 1 / sigma),
        "no 1/gamma^2": (at_z, at_z * gamma**2),
        "sign": (at_z, -at_z),
        "mu: eps missing": (slope, W.T @ (x - W @ mu - b) / gamma**2),
        "sigma: eps missing": (by_sigma, slope),
        "sigma: z for eps": (by_sigma, slope * (mu + sigma * eps)),
        "sigma: gradient in rho": (by_sigma, by_sigma * sigma),
        "x not centred": (mean, spread @ W.T @ x / gamma**2),
        "mean without 1/gamma^2": (mean, mean * gamma**2),
        "precision for covariance": (spread, precision),
        "covariance without 1/gamma^2": (spread, np.linalg.inv(np.eye(m) + W.T @ W)),
    }


@pytest.mark.parametrize("name", wrong_results(0))
def test_every_mistake_shows(name):
    """On 25 instances as the properties draw them each mistake is off by more than 1e-2 somewhere."""
    gaps = [np.abs(right - wrong).max() for right, wrong in (wrong_results(seed)[name] for seed in SEEDS)]

    assert max(gaps) > 1e-2
    assert np.mean(np.array(gaps) > 1e-4) >= 0.9


@pytest.mark.parametrize("gamma", [0.0, -1.0, np.nan, np.inf])
def test_a_noise_level_that_is_not_positive_is_refused(gamma):
    """Every function that takes gamma refuses one that is not a positive number."""
    (W, b, _), x, mu, sigma, eps, z = instance(3)
    calls = [
        lambda: analysis.marginal(W, b, gamma),
        lambda: analysis.posterior(W, b, gamma, x),
        lambda: analysis.grad_z_loglik(x, W, b, gamma, z),
        lambda: analysis.grad_mu_loglik(x, W, b, gamma, mu, sigma, eps),
        lambda: analysis.grad_sigma_loglik(x, W, b, gamma, mu, sigma, eps),
    ]

    for call in calls:
        with pytest.raises(ValueError, match="gamma"):
            call()


def test_shapes_that_do_not_fit_are_refused():
    """Vectors of the wrong length and a W without two axes raise ValueError that names the argument."""
    (W, b, gamma), x, mu, sigma, eps, _ = instance(3)

    with pytest.raises(ValueError, match="b has shape"):
        analysis.marginal(W, np.append(b, 1.0), gamma)
    with pytest.raises(ValueError, match="W has 1 axes"):
        analysis.marginal(b, b, gamma)
    with pytest.raises(ValueError, match="x has shape"):
        analysis.posterior(W, b, gamma, x[:, None])
    with pytest.raises(ValueError, match="eps has shape"):
        analysis.grad_sigma_loglik(x, W, b, gamma, mu, sigma, np.append(eps, 1.0))
    with pytest.raises(ValueError, match="sigma"):
        analysis.grad_kl_mu(mu, -sigma)
