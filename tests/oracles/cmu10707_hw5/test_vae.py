"""The reference of vae.py against finite differences, exact linear models and the variances of the lecture."""

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal

from autograder.kit.laws import gaussian_cdf
from autograder.kit.sampler import assert_follows
from reference.cmu10707_hw5 import layered, vae
from reference.cmu10707_hw5.adapters import vae as adapter
from tests.properties.cmu10707_hw5.draw_deep import layer, noise

SEEDS = range(10)


def instance(seed):
    """Points, encoders, decoders and two draws of noise."""
    rng = np.random.default_rng(seed)
    L, B = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    widths = [int(n) for n in rng.integers(1, 4, L + 1)]
    enc = [layer(rng, widths[i], widths[i + 1]) for i in range(L)]
    dec = [layer(rng, widths[i + 1], widths[i]) for i in range(L)]
    return rng.standard_normal((B, widths[0])), enc, dec, [noise(rng, B, widths[1:]) for _ in range(2)]


@pytest.mark.parametrize("seed", SEEDS)
def test_gradients_are_differences_of_the_bound(seed):
    """One entry of every parameter, by central differences."""
    x, enc, dec, eps_list = instance(seed)
    gradients = layered.elbo_gradients(x, enc, dec, eps_list)
    for side, layers in (("enc", enc), ("dec", dec)):
        for i, parameters in enumerate(layers):
            for name, value in parameters.items():
                moved = []
                for step in (1e-5, -1e-5):
                    parameters[name] = value + step * (np.arange(value.size) == 0).reshape(value.shape)
                    moved.append(layered.elbo(x, enc, dec, eps_list))
                parameters[name] = value
                slope = (moved[0] - moved[1]) / 2e-5
                assert gradients[f"{side}[{i}].{name}"].flat[0] == pytest.approx(slope, abs=1e-7)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_weight_is_a_ratio_of_densities(seed):
    """Against scipy's Gaussians, layer by layer."""
    x, enc, dec, eps_list = instance(seed)
    h = [x, *layered.sample_posterior(x, enc, eps_list[0])]
    total = multivariate_normal(np.zeros(h[-1].shape[1])).logpdf(h[-1]).reshape(len(x))
    for i in range(len(enc)):
        for sign, side, at, given in ((1, dec, h[i], h[i + 1]), (-1, enc, h[i + 1], h[i])):
            mu, log_sigma = (t.numpy() for t in adapter._layers(side)[i](torch.tensor(given)))
            for b in range(len(x)):
                total[b] += sign * multivariate_normal(mu[b], np.diag(np.exp(2 * log_sigma[b]))).logpdf(at[b])

    assert layered.log_weight(x, enc, dec, eps_list[0]) == pytest.approx(total, rel=1e-10, abs=1e-10)


def test_variances_of_the_estimators():
    """At mu = 3 and sigma = 1 for z^2: 4, 222, and 82 with a baseline; for sin 20 z the score's is the smaller one."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    weights = weights / weights.sum()

    def variance(values):
        return float(weights @ values**2 - (weights @ values) ** 2)

    call = ("square", np.ones(1), np.array([3.0]), np.zeros(1), nodes[:, None])
    score, slope = layered.score_grads(*call)[:, 0, 0], layered.reparam_grads(*call)[:, 0, 0]
    assert variance(slope) == pytest.approx(4)
    assert variance(score) == pytest.approx(222)
    assert variance(score - 10 * nodes) == pytest.approx(82)
    eps = np.random.default_rng(1).standard_normal((200_000, 1))
    call = ("sine", np.full(1, 20.0), np.zeros(1), np.zeros(1), eps)
    assert layered.score_grads(*call)[:, 0, 0].var() == pytest.approx(0.5, abs=0.02)
    assert layered.reparam_grads(*call)[:, 0, 0].var() == pytest.approx(200, abs=3)


@pytest.mark.parametrize("d", [1, 2, 4])
def test_the_score_s_variance_grows_with_the_dimension(d):
    """30 + 22 (d - 1) + 4 (d - 1)^2 at mu = 1 for the sum of squares, the score in one coordinate."""
    mu = np.ones(d)
    eps = np.random.default_rng(d).standard_normal((1_000_000, d))
    found = layered.score_grads("square", np.ones(d), mu, np.zeros(d), eps)[:, 0, 0].var()
    right = 30 + 22 * (d - 1) + 4 * (d - 1) ** 2
    assert found == pytest.approx(right, rel=0.03)


@pytest.mark.parametrize("seed", range(4))
def test_draws_follow_the_linear_model(seed):
    """Whitened points of a two-layer linear model are standard normal across the axes; roots give their covariance."""
    rng = np.random.default_rng(seed)
    dec = [{"W": rng.standard_normal((2, 2)), "b": rng.standard_normal(2), "c": rng.normal(0, 0.5, 2)} for _ in "ab"]
    x, _ = adapter.generate(vae, dec, 5000, 2, seed)
    inner = dec[1]["W"] @ dec[1]["W"].T + np.diag(np.exp(2 * dec[1]["c"]))
    cov = dec[0]["W"] @ inner @ dec[0]["W"].T + np.diag(np.exp(2 * dec[0]["c"]))
    root = vae.psd_sqrt(torch.tensor(cov)).numpy()
    white = np.linalg.solve(root, (x.numpy() - dec[0]["W"] @ dec[1]["b"] - dec[0]["b"]).T).T

    assert root @ root.T == pytest.approx(cov)
    assert_follows(white @ np.array([0.6, -0.8]), gaussian_cdf, what="x")
