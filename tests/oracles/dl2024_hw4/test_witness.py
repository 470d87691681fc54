"""The reference of witness.py against numerical derivatives, closed forms and an optimiser of the beta objective."""

import math

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from reference.dl2024_hw4 import witness
from tests.properties.dl2024_hw4.draw_kl import Target, reverse_kl
from tests.properties.dl2024_hw4.draw_witness import Witness, derivatives, read_witness

SEEDS = range(20)


def at(q_mean, q_sd, distance=4.0):
    """q beside the mixture 1/2 N(-distance, 1) + 1/2 N(distance, 1)."""
    return Witness(np.array([0.5, 0.5]), np.array([-distance, distance]), np.ones(2), q_mean, q_sd)


def test_the_witness_is_the_one_of_the_catalogue():
    """Its divergence is a little below log 2, it is stationary, and both curvatures are positive."""
    found = read_witness(witness.mode_seeking_witness())
    gradient, second = derivatives(found)
    target = Target(*found[:3])
    end = minimize(lambda v: reverse_kl(v[0], math.exp(v[1]), target), (4.0, 0.0), options={"gtol": 1e-7}).x

    assert (found.q_mean, found.q_sd) == pytest.approx((end[0], math.exp(end[1])), abs=1e-5)
    assert (found.q_mean, found.q_sd) == pytest.approx((3.999602, 1.000796), abs=1e-6)
    assert reverse_kl(found.q_mean, found.q_sd, Target(*found[:3])) == pytest.approx(0.693053, abs=1e-6)
    assert abs(gradient).max() < 1e-5
    np.testing.assert_allclose(np.linalg.eigvalsh(second), [0.998, 1.979], atol=1e-3)


@pytest.mark.parametrize("place", [(3.9996, 1.0008), (0.0, 3.4727), (1.0, 2.0), (-5.0, 0.5)])
def test_derivatives_are_those_of_differences(place):
    """Gradient and second derivatives that the property calculates agree with central differences."""
    case, h = at(*place), 1e-4
    target, start = Target(*case[:3]), np.array([case.q_mean, math.log(case.q_sd)])

    def value(shift):
        mean, log_sd = start + shift
        return reverse_kl(mean, math.exp(log_sd), target)

    def slope(i, shift):
        e = np.eye(2)[i] * h
        return (value(shift + e) - value(shift - e)) / (2 * h)

    gradient, second = derivatives(case)
    np.testing.assert_allclose(gradient, [slope(i, np.zeros(2)) for i in range(2)], atol=1e-6)
    bends = [[(slope(i, e * h) - slope(i, -e * h)) / (2 * h) for e in np.eye(2)] for i in range(2)]
    np.testing.assert_allclose(second, bends, atol=1e-5, rtol=1e-5)


def test_what_is_no_witness():
    """A component itself has a gradient of 1.6e-3; the broad q is a third local minimum, with mass on both sides."""
    assert abs(derivatives(at(4.0, 1.0))[0]).max() == pytest.approx(1.6e-3, abs=5e-5)
    gradient, second = derivatives(at(0.0, 3.472725))

    assert abs(gradient).max() < 1e-5
    assert reverse_kl(0.0, 3.472725, Target(*at(0, 1)[:3])) == pytest.approx(1.871197, abs=1e-6)
    np.testing.assert_allclose(np.linalg.eigvalsh(second), [0.083, 13.0], atol=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_of_a_quadratic_is_exact(seed):
    """At the noise -1 and 1: 2 a mu + b and 2 a sigma."""
    a, b, c, mu, sigma = np.random.default_rng(seed).normal(size=5).tolist()
    eps = torch.tensor([-1.0, 1.0], dtype=torch.float64)
    found = witness.pathwise_gradient(lambda z: a * z**2 + b * z + c, mu, abs(sigma), eps)

    assert found == pytest.approx((2 * a * mu + b, 2 * a * abs(sigma)), abs=1e-13)


def test_the_gradient_is_unbiased():
    """With many draws it is the derivative of the expectation in closed form: of sin, exp(-sigma^2 / 2) cos mu."""
    eps = torch.randn(400_000, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    found = witness.pathwise_gradient(torch.sin, 0.4, 0.8, eps)
    damp = math.exp(-0.32)

    assert found == pytest.approx((damp * math.cos(0.4), -0.8 * damp * math.sin(0.4)), abs=5e-3)


def objective(W, s2, x, beta):
    """J_beta of mean and Cholesky factor, in one vector."""
    d = W.shape[1]

    def value(v):
        mean, factor = v[:d], np.zeros((d, d))
        factor[np.tril_indices(d)] = v[d:]
        S = factor @ factor.T
        gap = x - W @ mean
        likelihood = -0.5 * (gap @ gap + np.trace(W @ S @ W.T)) / s2
        divergence = 0.5 * (np.trace(S) + mean @ mean - d) - np.log(np.abs(np.diag(factor))).sum()
        return -(likelihood - beta * divergence)

    return value


@pytest.mark.parametrize("seed", SEEDS[:8])
def test_the_beta_posterior_is_what_an_optimiser_finds(seed):
    """BFGS over mean and Cholesky factor ends at the same Gaussian."""
    rng = np.random.default_rng(seed)
    d = int(rng.integers(1, 4))
    W, x, s2, beta = rng.normal(size=(4, d)), rng.normal(size=4), rng.uniform(0.3, 2), rng.uniform(0.3, 8)
    start = np.append(np.zeros(d), np.eye(d)[np.tril_indices(d)])
    found = minimize(objective(W, s2, x, beta), start, options={"gtol": 1e-9}).x
    factor = np.zeros((d, d))
    factor[np.tril_indices(d)] = found[d:]
    mean, covariance = witness.beta_posterior(W, s2, x, beta)

    np.testing.assert_allclose(mean, found[:d], atol=1e-6)
    np.testing.assert_allclose(covariance, factor @ factor.T, atol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_correlation_has_its_closed_form(seed):
    """For two codes -m12 / sqrt((beta + m11) (beta + m22)) with M = W'W / s2, which only shrinks as beta grows."""
    rng = np.random.default_rng(seed)
    W, s2 = rng.normal(size=(3, 2)), rng.uniform(0.3, 2)
    M = W.T @ W / s2
    found = []
    for beta in (0.1, 1.0, 5.0, 1e6):
        S = witness.beta_posterior(W, s2, np.zeros(3), beta)[1]
        found.append(S[0, 1] / math.sqrt(S[0, 0] * S[1, 1]))
        assert found[-1] == pytest.approx(-M[0, 1] / math.sqrt((beta + M[0, 0]) * (beta + M[1, 1])), abs=1e-12)

    assert (np.diff(np.abs(found)) <= 0).all()
    assert abs(found[-1]) < 1e-4


@pytest.mark.parametrize(("s2", "beta"), [(0, 1), (-1, 1), (1, 0), (1, -1)])
def test_bad_input_is_refused(s2, beta):
    """A variance or a beta that is not positive raises ValueError."""
    with pytest.raises(ValueError, match="positive"):
        witness.beta_posterior(np.eye(2), s2, np.zeros(2), beta)
