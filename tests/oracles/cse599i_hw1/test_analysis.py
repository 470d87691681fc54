"""The reference of analysis.py against scipy, torch, quadrature, enumeration and optimisers."""

import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.special import rel_entr, softmax
from scipy.stats import norm

from reference.cse599i_hw1 import analysis
from tests.properties.cse599i_hw1.draw_analysis import distribution

SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_log_density_is_scipy_s_and_torch_s(seed):
    """log N(x; mu, sigma^2), in the tails too; its exponential integrates to one."""
    rng = np.random.default_rng(seed)
    mu, sigma = rng.uniform(-1e3, 1e3), 10 ** rng.uniform(-3, 3)
    x = mu + sigma * rng.uniform(-60, 60, 50)
    found = analysis.location_scale_log_density(x, mu, sigma)
    base = torch.distributions.Normal(torch.tensor(0.0, dtype=torch.float64), 1.0)
    moved = torch.distributions.TransformedDistribution(base, [torch.distributions.AffineTransform(mu, sigma)])

    np.testing.assert_allclose(found, norm.logpdf(x, mu, sigma), rtol=1e-9)
    np.testing.assert_allclose(found, moved.log_prob(torch.tensor(x)).numpy(), rtol=1e-9)
    total, _ = quad(lambda t: math.exp(analysis.location_scale_log_density(mu + sigma * t, mu, sigma)) * sigma, -9, 9)
    assert total == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rule_is_the_exponential_race(seed):
    """The winner is the index with the smallest of the times -log(z) / p."""
    rng = np.random.default_rng(seed)
    p, z = rng.dirichlet(np.ones(1 + seed % 12)), rng.random((1000, 1 + seed % 12))

    np.testing.assert_array_equal(analysis.gumbel_argmax(np.log(p), z), np.argmin(-np.log(z) / p, axis=1))


def test_the_probability_to_win_is_p():
    """By quadrature: the density of one Gumbel variable times the distribution functions of the others."""
    p = np.array([0.5, 0.3, 0.15, 0.05])

    def winning(i):
        def at(g):
            others = sum(math.exp(-(g - math.log(q))) for j, q in enumerate(p) if j != i)
            own = g - math.log(p[i])
            return math.exp(-own - math.exp(-own) - others)

        return quad(at, -20, 40, limit=200)[0]

    np.testing.assert_allclose([winning(i) for i in range(4)], p, atol=1e-7)
    draws = analysis.sample_gumbel_argmax(np.log(p) + 7, 200_000, np.random.default_rng(3))
    np.testing.assert_allclose(np.bincount(draws, minlength=4) / 200_000, p, atol=0.006)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gap_is_the_divergence_and_p_the_best(seed):
    """score_gap is KL(p || pi), never negative; an optimiser over the simplex ends at p."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 7))
    p, pi = distribution(rng, n), distribution(rng, n)
    best = minimize(lambda a: -analysis.expected_log_score(p, softmax(a)), np.zeros(n), tol=1e-12)

    assert analysis.score_gap(p, pi) == pytest.approx(rel_entr(p, pi).sum(), abs=1e-12)
    assert analysis.score_gap(p, pi) >= 0
    np.testing.assert_allclose(softmax(best.x), p, atol=1e-3)


def test_the_estimate_is_most_likely():
    """No other distribution on a fine grid gives the observations a larger likelihood."""
    xs = np.array([0, 2, 2, 1, 2])
    found = analysis.discrete_mle(xs, 3)
    grid = [
        (a, b, 1 - a - b) for a in np.linspace(0.01, 0.98, 98) for b in np.linspace(0.01, 0.98, 98) if a + b < 0.995
    ]

    assert max(np.log(np.array(g))[xs].sum() for g in grid) <= np.log(found)[xs].sum() + 1e-12


@pytest.mark.parametrize("seed", SEEDS)
def test_the_m_step_is_where_autograd_finds_no_slope(seed):
    """In softmax and mean coordinates the bound's gradient vanishes at (pi, mu), and the gap identity is exact."""
    rng = np.random.default_rng(seed)
    n, K, d = int(rng.integers(1, 9)), int(rng.integers(1, 5)), int(rng.integers(1, 4))
    X, q = rng.normal(size=(n, d)), rng.dirichlet(np.ones(K), n)
    pi, mu = analysis.gmm_m_step(X, q)
    logits = torch.tensor(np.log(pi), requires_grad=True)
    means = torch.tensor(mu, requires_grad=True)
    normal = torch.distributions.MultivariateNormal(means, torch.eye(d, dtype=torch.float64))
    log_n = normal.log_prob(torch.tensor(X)[:, None, :])
    inner = log_n + torch.log_softmax(logits, 0) - torch.tensor(q).log()
    bound = (torch.tensor(q) * inner).sum(1).mean()
    bound.backward()
    other_pi, other_mu = rng.dirichlet(np.ones(K)), rng.normal(size=(K, d))
    gap = rel_entr(pi, other_pi).sum() + (pi * ((mu - other_mu) ** 2).sum(1)).sum() / 2

    assert analysis.gmm_elbo(X, q, pi, mu) == pytest.approx(bound.item(), abs=1e-12)
    assert float(logits.grad.abs().max()) < 1e-12
    assert float(means.grad.abs().max()) < 1e-12
    assert bound.item() - analysis.gmm_elbo(X, q, other_pi, other_mu) == pytest.approx(gap, abs=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_process_is_a_linear_map_of_noise(seed):
    """x = mu + L D^(1/2) e with L_ab = rho^(a - b): its covariance L D L' and its paths are those of the functions."""
    rng = np.random.default_rng(seed)
    rho = 0.0 if seed == 0 else rng.uniform(-0.99, 0.99)
    mu, sigma, T = rng.normal(), rng.uniform(0.1, 4), int(rng.integers(1, 40))
    lower = np.array([[float(rho) ** (a - b) if a >= b else 0.0 for b in range(T)] for a in range(T)])
    scale = np.full(T, sigma)
    scale[0] = sigma / math.sqrt(1 - rho**2)
    mean, cov = analysis.ar1_moments(rho, mu, sigma, T)
    e = rng.standard_normal((3, T))

    np.testing.assert_allclose(cov, lower @ np.diag(scale**2) @ lower.T, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(mean, np.full(T, mu))
    np.testing.assert_allclose(analysis.ar1_path(e, rho, mu, sigma), mu + e @ (lower * scale).T, rtol=1e-10, atol=1e-12)
    assert [analysis.ar1_autocovariance(rho, sigma, k) for k in (-(T - 1), T - 1)] == pytest.approx([cov[0, -1]] * 2)


def test_the_example_does_what_it_claims():
    """The mean is more than eps away with probability delta, by the normal law of the sample mean."""
    claim = analysis.example_info()
    for T in (256, 10**12):
        spread = math.sqrt(analysis.example_mean_variance(T))
        assert 2 * norm.sf(claim["eps"] / spread) >= claim["delta"]
    assert claim["eps"] >= (norm.ppf(0.75) - norm.ppf(0.25)) * math.sqrt(2) / 4


@pytest.mark.parametrize(
    ("call", "because"),
    [
        (lambda: analysis.location_scale(1.0, 0.0, -1.0), "sigma"),
        (lambda: analysis.gumbel_argmax(np.zeros(2), np.array([[0.5, 1.0]])), "strictly"),
        (lambda: analysis.sample_gumbel_argmax(np.full(2, -np.inf), 3, np.random.default_rng(0)), "above -inf"),
        (lambda: analysis.score_gap(np.array([0.5, 0.4]), np.array([0.5, 0.5])), "distributions"),
        (lambda: analysis.discrete_mle(np.array([0, 3]), 3), "observation"),
        (lambda: analysis.gmm_m_step(np.zeros((2, 1)), np.array([[1.0, 0.0], [1.0, 0.0]])), "no weight"),
        (lambda: analysis.ar1_moments(1.0, 0.0, 1.0, 3), "rho"),
    ],
)
def test_bad_input_is_refused(call, because):
    """What the docstrings name raises ValueError."""
    with pytest.raises(ValueError, match=because):
        call()
