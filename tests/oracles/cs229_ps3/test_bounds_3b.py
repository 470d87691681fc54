"""The quadrature instances of 3b of cs229-ps3 against closed forms of the linear Gaussian model, scipy and torch."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from tests.properties.cs229_ps3.derivations.test_3b import NODES, WEIGHTS, instance


def parameters(seed, number):
    """What the instance draws, in its order, and the instance itself."""
    rng = np.random.default_rng(seed)
    d = 1 if number == 0 else int(rng.integers(1, 5))
    W, b, gamma = rng.standard_normal(d), rng.standard_normal(d), rng.uniform(0.4, 1.5)
    x = b + W * rng.standard_normal() + gamma * rng.standard_normal(d)
    mean, sd = rng.standard_normal(), rng.uniform(0.3, 1.5)
    return (W, b, gamma, x, mean, sd), instance(np.random.default_rng(seed), number)


SEEDS = range(12)


def test_thirty_nodes_integrate_polynomials():
    """30 Gauss-Hermite nodes give the even moments of the standard normal up to the tenth to 4e-14."""
    weights = WEIGHTS / WEIGHTS.sum()
    assert len(NODES) == 30
    for power, moment in ((0, 1), (1, 0), (2, 1), (4, 3), (6, 15), (8, 105), (10, 945)):
        assert weights @ NODES**power == pytest.approx(moment, rel=4e-14, abs=4e-14)


@pytest.mark.parametrize("seed", SEEDS)
def test_log_densities_are_those_of_the_model(seed):
    """Every array is scipy's log density at the nodes, the evidence that of the marginal distribution of x."""
    (W, b, gamma, x, mean, sd), found = parameters(seed, seed)
    z = mean + sd * NODES
    evidence = multivariate_normal(b, np.outer(W, W) + gamma**2 * np.eye(len(b))).logpdf(x)
    precision = 1 + W @ W / gamma**2
    posterior = norm(W @ (x - b) / gamma**2 / precision, precision**-0.5)

    np.testing.assert_allclose(found["lpz"], norm.logpdf(z), rtol=1e-12)
    np.testing.assert_allclose(found["lq"], norm(mean, sd).logpdf(z), rtol=1e-12)
    np.testing.assert_allclose(found["lpx_z"], [norm(W * t + b, gamma).logpdf(x).sum() for t in z], rtol=1e-12)
    np.testing.assert_allclose(found["lpz_x"], posterior.logpdf(z), rtol=1e-10, atol=1e-11)
    assert found["lpx"] == pytest.approx(evidence, rel=1e-12)
    np.testing.assert_allclose(found["lpxz"], found["lpx"] + found["lpz_x"], rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_is_its_closed_form(seed):
    """Quadrature gives the exact lower bound of the linear Gaussian model: polynomials of degree two, no error left."""
    (W, b, gamma, x, mean, sd), found = parameters(seed, seed)
    r = x - b - W * mean
    fit = -len(b) / 2 * np.log(2 * np.pi * gamma**2) - (r @ r + sd**2 * W @ W) / (2 * gamma**2)
    divergence = -np.log(sd) + (sd**2 + mean**2 - 1) / 2
    bound = found["w"] @ (found["lpxz"] - found["lq"])

    assert bound == pytest.approx(fit - divergence, rel=4e-14, abs=4e-13)


@pytest.mark.parametrize("seed", SEEDS)
def test_bound_and_divergence_from_the_posterior_make_the_evidence(seed):
    """ELBO + KL(q || posterior), the latter by torch, is log p(x)."""
    torch = pytest.importorskip("torch")
    (W, b, gamma, x, mean, sd), found = parameters(seed, seed)
    precision = 1 + W @ W / gamma**2
    normal = torch.distributions.Normal
    q, posterior = (
        normal(torch.tensor(m, dtype=torch.float64), torch.tensor(s, dtype=torch.float64))
        for m, s in ((mean, sd), (W @ (x - b) / gamma**2 / precision, precision**-0.5))
    )
    bound = found["w"] @ (found["lpxz"] - found["lq"])

    assert bound + torch.distributions.kl_divergence(q, posterior).item() == pytest.approx(found["lpx"], abs=1e-12)
