"""The reference of vae.py against sums over all values, torch.distributions, closed forms and central differences."""

import math

import numpy as np
import pytest
import torch
from scipy.special import rel_entr
from scipy.stats import multivariate_normal

from reference.stratos_a5 import sample, vae
from reference.stratos_a5.adapters import vae as adapter
from tests.properties.stratos_a5.draw_em import distributions
from tests.properties.stratos_a5.draw_vae import DECODERS, gaussian, parameters

SEEDS = range(12)


def codes(seed):
    """q, p of both codes and log p(x | y, z)."""
    rng = np.random.default_rng(seed)
    a, b = rng.integers(1, 6, 2)
    found = [distributions(rng, 1, k)[0] for k in (a, b, a, b)]
    return (*found, -3 * rng.exponential(size=(a, b)))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_is_the_sum_over_all_pairs(seed):
    """q log(p / q) summed over both codes; below log p(x) by the divergence from the posterior."""
    q_y, q_z, p_y, p_z, log_px = codes(seed)
    reconstruction, kl_y, kl_z = vae.elbo_terms(q_y, q_z, p_y, p_z, log_px)
    q, joint = np.outer(q_y, q_z), np.outer(p_y, p_z) * np.exp(log_px)
    bound, evidence = reconstruction - kl_y - kl_z, math.log(joint.sum())

    assert bound == pytest.approx((q * np.log(joint / q)).sum(), rel=1e-12, abs=1e-12)
    assert kl_y == pytest.approx(rel_entr(q_y, p_y).sum(), rel=1e-12, abs=1e-13)
    assert evidence - bound == pytest.approx(rel_entr(q, joint / joint.sum()).sum(), rel=1e-10, abs=1e-12)
    assert bound <= evidence + 1e-12


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_is_tight_for_the_exact_posterior(seed):
    """Where log p(x | y, z) is a sum the posterior has the form of q, and the bound is log p(x)."""
    _, _, p_y, p_z, log_px = codes(seed)
    f, g = log_px[:, 0], log_px[0]
    y, z = p_y * np.exp(f), p_z * np.exp(g)
    reconstruction, kl_y, kl_z = vae.elbo_terms(y / y.sum(), z / z.sum(), p_y, p_z, f[:, None] + g)

    assert reconstruction - kl_y - kl_z == pytest.approx(math.log(y.sum() * z.sum()), rel=1e-12, abs=1e-12)


def test_zeros_and_infinities():
    """0 log 0 is 0, whatever stands beside it; what is infinite has its sign."""
    half, sure = np.array([0.5, 0.5]), np.array([1.0, 0.0])
    log_px = np.array([[-1.0, -2.0], [-np.inf, -np.inf]])

    assert vae.elbo_terms(sure, half, half, half, log_px) == pytest.approx((-1.5, math.log(2), 0))
    assert vae.elbo_terms(half, half, sure, half, log_px)[:2] == (-np.inf, np.inf)
    assert vae.elbo_terms(sure, half, sure, half, log_px)[1] == 0
    with pytest.raises(ValueError, match="negative"):
        vae.elbo_terms(np.array([1.5, -0.5]), half, half, half, log_px)
    with pytest.raises(ValueError, match="sum to 1"):
        vae.elbo_terms(half * 1.0001, half, half, half, log_px)
    with pytest.raises(ValueError, match="shape"):
        vae.elbo_terms(half, half, half, half, log_px[:1])
    with pytest.raises(ValueError, match="one length"):
        vae.elbo_terms(half, half, np.ones(1), half, log_px)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_divergence_is_torch_s(seed):
    """The closed form agrees with torch.distributions, in batches too, and numpy's form with torch's."""
    rng = np.random.default_rng(seed)
    mu, var = rng.uniform(-5, 5, (3, 4)), np.exp(rng.uniform(-13, 7, (3, 4)))
    q = torch.distributions.Normal(torch.tensor(mu), torch.tensor(var).sqrt())
    right = torch.distributions.kl_divergence(q, torch.distributions.Normal(0.0, 1.0)).sum(-1).numpy()

    np.testing.assert_allclose(vae.kl_to_standard_normal(torch.tensor(mu), torch.tensor(var)), right, rtol=1e-12)
    np.testing.assert_allclose(sample.kl_to_standard_normal(mu, var), right, rtol=1e-12)


def log_px_numpy(decoder, p, y, z):
    """The decoders once more, in numpy."""
    if decoder == "linear_gaussian":
        mean = p["A"] @ y + p["B"] @ z + p["c"]
        return multivariate_normal.logpdf(p["x"], mean, float(p["s2"]) * np.eye(len(mean)))
    if decoder == "separable":
        return (p["u"] * np.tanh(p["a"] * y)).sum() - (p["v"] * (z - p["b"]) ** 2).sum()
    state, before, total = np.zeros(len(p["W"])), len(p["E"]) - 1, 0.0
    for word in p["x"]:
        state = np.tanh(p["W"] @ state + p["I"] @ np.concatenate([p["E"][before], z]))
        logits = p["U"] @ np.concatenate([state, y])
        total += logits[word] - np.log(np.exp(logits).sum())
        before = word
    return total


def task(seed, decoder):
    """Parameters, codes and noise."""
    rng = np.random.default_rng(seed)
    d = int(rng.integers(1, 6))
    return parameters(rng, decoder, d), gaussian(rng, d), rng.standard_normal((2, d))


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_single_sample_bound_is_its_definition(seed, decoder):
    """log p(x | y, z) at the sample less both divergences, with decoders written in numpy."""
    p, code, eps = task(seed, decoder)
    y, z = code.mu_y + np.sqrt(code.var_y) * eps[0], code.mu_z + np.sqrt(code.var_z) * eps[1]
    right = log_px_numpy(decoder, p, y, z)
    right -= sample.kl_to_standard_normal(code.mu_y, code.var_y) + sample.kl_to_standard_normal(code.mu_z, code.var_z)

    assert sample.elbo_single_sample(decoder, p, *code, *eps) == pytest.approx(right, rel=1e-11, abs=1e-11)
    np.testing.assert_allclose(sample.reparameterize(code.mu_y, code.var_y, eps[0]), y)


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("seed", range(3))
def test_gradients_are_those_of_central_differences(seed, decoder):
    """Every gradient, in codes and decoder, to 1e-5 relative."""
    p, code, eps = task(seed, decoder)
    found = sample.elbo_gradients(decoder, p, *code, *eps)
    values = dict(zip(adapter.CODES, code, strict=True)) | {k: v for k, v in p.items() if v.dtype.kind == "f"}

    def at(name, changed):
        codes_now = [changed if key == name else getattr(code, key) for key in adapter.CODES]
        return sample.elbo_single_sample(decoder, p | ({name: changed} if name in p else {}), *codes_now, *eps)

    assert set(found) == set(values)
    for name, value in values.items():
        for index in np.ndindex(value.shape):
            h = 1e-6 * max(1.0, abs(value[index]))
            up, down = value.copy(), value.copy()
            up[index] += h
            down[index] -= h
            slope = (at(name, up) - at(name, down)) / (2 * h)
            assert found[name][index] == pytest.approx(slope, rel=1e-5, abs=2e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_exact_bound_is_the_average_over_sigma_points(seed):
    """4 d points with the moments of N(0, I) average to the closed form, which is below log p(x)."""
    p, code, _ = task(seed, "linear_gaussian")
    d = len(code.mu_y)
    points = np.concatenate([np.eye(2 * d), -np.eye(2 * d)]) * math.sqrt(2 * d)
    values = [sample.elbo_single_sample("linear_gaussian", p, *code, *point.reshape(2, d)) for point in points]

    assert np.mean(values) == pytest.approx(sample.exact_elbo(p, *code), rel=1e-12, abs=1e-11)
    assert sample.exact_elbo(p, *code) <= sample.log_evidence(p) + 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_the_evidence_is_scipy_s(seed):
    """log p(x) of the linear Gaussian decoder from its marginal covariance."""
    p, _, _ = task(seed, "linear_gaussian")
    covariance = p["A"] @ p["A"].T + p["B"] @ p["B"].T + p["s2"] * np.eye(len(p["x"]))

    assert sample.log_evidence(p) == pytest.approx(multivariate_normal.logpdf(p["x"], p["c"], covariance), rel=1e-10)


def test_bad_input_is_refused():
    """A variance that is not positive, and shapes that differ, raise ValueError."""
    one, two = torch.ones(1, dtype=torch.float64), torch.ones(2, dtype=torch.float64)
    for call in (
        lambda: vae.reparameterize(one, 0 * one, one),
        lambda: vae.reparameterize(one, one, two),
        lambda: vae.reparameterize(one, two, one),
        lambda: vae.kl_to_standard_normal(one, -one),
        lambda: vae.kl_to_standard_normal(one, two),
        lambda: vae.elbo_single_sample(lambda y, z: y.sum(), one, one, one, 0 * one, one, one),
    ):
        with pytest.raises(ValueError, match=r"."):
            call()


def test_a_gradient_that_is_missing_is_flagged_and_zero():
    """A parameter that the result does not depend on comes back as zeros, by name."""

    class Module:
        def elbo_single_sample(self, log_px, mu_y, var_y, mu_z, var_z, eps_y, eps_z):
            return mu_y.sum()

    found, absent = adapter.elbo_gradients(Module(), "separable", task(0, "separable")[0], *[np.ones(2)] * 6)

    assert absent == ["var_y", "mu_z", "var_z", "u", "v", "a", "b"]
    assert found["mu_y"].tolist() == [1, 1]
    assert found["var_z"].tolist() == [0, 0]


def test_a_result_without_a_gradient_is_an_error_of_its_own():
    """A float, or a tensor that was cut off, is said to be what it is."""

    class Module:
        def elbo_single_sample(self, *arguments):
            return 1.0

    with pytest.raises(TypeError, match="differentiably"):
        adapter.elbo_gradients(Module(), "separable", task(0, "separable")[0], *[np.ones(2)] * 6)
