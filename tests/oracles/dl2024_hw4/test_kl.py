"""The reference of kl.py against torch, mpmath, other quadratures, optimisers, and the catalogue's numbers."""

import math

import mpmath
import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from scipy.special import logsumexp
from scipy.stats import norm

from reference.dl2024_hw4 import kl
from tests.properties.dl2024_hw4.draw_em import distribution
from tests.properties.dl2024_hw4.draw_kl import Target, covariance, reverse_kl

SEEDS = range(20)
# distance of the means from 0 -> inclusive fit, exclusive fit, KL(q || p) there, and other local minima
TABLE = {
    1.0: ((0.333333, 1.374369), (0.321886, 1.353293, 0.013572)),
    1.5: ((0.5, 1.732051), (0.460171, 1.647997, 0.080689)),
    2.0: ((0.666667, 2.134375), (0.600776, 1.954969, 0.235598)),
    2.5: ((0.833333, 2.560382), (2.443146, 1.072591, 0.389897), (0.777220, 2.260557, 0.491184)),
    3.0: ((1.0, 3.0), (2.989636, 1.015955, 0.402570), (-2.975881, 1.034651, 1.091973)),
}


def mixture(distance):
    """1/3 N(-distance, 1) + 2/3 N(distance, 1)."""
    return Target(np.array([1 / 3, 2 / 3]), np.array([-distance, distance]), np.ones(2))


def forward(mu, sigma, target):
    """KL(p || q) on a wide grid."""
    x = np.linspace(-30, 30, 60001)
    log_p = logsumexp(np.log(target.weights) + norm.logpdf(x[:, None], target.means, target.sds), axis=1)
    return float((np.exp(log_p) * (log_p - norm.logpdf(x, mu, sigma))).sum() * (x[1] - x[0]))


def hermite(mu, sigma, target, nodes=200):
    """KL(q || p) by Gauss-Hermite quadrature."""
    at, weight = np.polynomial.hermite_e.hermegauss(nodes)
    z = mu + sigma * at
    log_p = logsumexp(np.log(target.weights) + norm.logpdf(z[:, None], target.means, target.sds), axis=1)
    return float(weight @ (norm.logpdf(z, mu, sigma) - log_p) / weight.sum())


@pytest.mark.parametrize("seed", SEEDS)
def test_gaussians_as_torch_has_them(seed):
    """torch.distributions gives the same divergence."""
    rng = np.random.default_rng(seed)
    d = rng.integers(1, 7)
    mu, S = rng.normal(size=(2, d)), [covariance(rng, d, 10.0 ** rng.integers(1, 5)) for _ in range(2)]
    p, q = (
        torch.distributions.MultivariateNormal(torch.tensor(m), torch.tensor(s)) for m, s in zip(mu, S, strict=True)
    )

    assert kl.kl_mvn(mu[0], S[0], mu[1], S[1]) == pytest.approx(
        float(torch.distributions.kl_divergence(p, q)), rel=1e-9
    )


@pytest.mark.parametrize("power", [2, 4, 6])
def test_gaussians_to_forty_digits(power):
    """The closed form with inverse and determinant, in mpmath, differs by less than the tolerance allows."""
    rng = np.random.default_rng(power)
    mu, S0, S1 = rng.normal(size=(2, 4)), covariance(rng, 4, 10.0**power), covariance(rng, 4, 10.0**power)
    with mpmath.workdps(40):
        a, b, gap = mpmath.matrix(S0.tolist()), mpmath.matrix(S1.tolist()), mpmath.matrix((mu[1] - mu[0]).tolist())
        inverse = b**-1
        trace = sum((inverse * a)[i, i] for i in range(4))
        right = (trace + (gap.T * inverse * gap)[0] - 4 + mpmath.log(mpmath.det(b) / mpmath.det(a))) / 2

    assert kl.kl_mvn(mu[0], S0, mu[1], S1) == pytest.approx(float(right), rel=1e-10)


def test_many_dimensions():
    """In 300 dimensions the determinants underflow and the divergence does not."""
    first, second = 1e-3 * np.eye(300), 2e-3 * np.eye(300)

    assert np.linalg.det(first) == np.linalg.det(second) == 0
    assert kl.kl_mvn(np.zeros(300), first, np.zeros(300), second) == pytest.approx(28.972077, abs=1e-6)


BAD = {
    "not symmetric": (np.zeros(2), [[1, 0.1], [0, 1]], np.zeros(2), np.eye(2)),
    "not positive": (np.zeros(2), np.eye(2), np.zeros(2), [[1, 2], [2, 1]]),
    "a shape": (np.zeros(2), np.eye(3), np.zeros(2), np.eye(2)),
    "means": (np.zeros(2), np.eye(2), np.zeros(3), np.eye(2)),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_gaussians_are_refused(name):
    """Every condition of the docstring raises ValueError."""
    with pytest.raises(ValueError, match=r"covariance|means"):
        kl.kl_mvn(*BAD[name])


def test_the_gap_is_never_negative():
    """Over many random cases the gap and every outcome's log-sum slack stay at 0 or above."""
    rng = np.random.default_rng(0)
    for _ in range(500):
        n, lam = rng.integers(2, 7), rng.uniform(0.05, 0.95)
        p1, p2, q1, q2 = rng.dirichlet(np.ones(n), 4)
        slack = [
            kl.log_sum_slack([lam * a, (1 - lam) * b], [lam * c, (1 - lam) * d])
            for a, b, c, d in zip(p1, p2, q1, q2, strict=True)
        ]
        gap = kl.convexity_gap(lam, p1, p2, q1, q2)
        assert min(slack) >= -1e-15
        assert gap == pytest.approx(sum(slack), abs=1e-13)
        assert gap > 0


@pytest.mark.parametrize("seed", range(200))
def test_equality_examples(seed):
    """The ratios p / q agree in every outcome, so that there is no gap, and the pairs differ."""
    rng = np.random.default_rng(seed)
    p1, p2, q1, q2 = kl.equality_example(int(rng.integers(3, 9)), rng)

    np.testing.assert_allclose(p1 / q1, p2 / q2, rtol=1e-12)
    assert min(map(np.min, (p1, p2, q1, q2))) > 0
    assert abs(kl.convexity_gap(0.37, p1, p2, q1, q2)) <= 1e-15
    assert min(abs(p1 - p2).sum(), abs(q1 - q2).sum()) > 1e-3


def test_zeros_and_refusals():
    """0 log 0 is 0, a missing outcome costs everything, and what is no distribution is refused."""
    assert kl.kl_discrete([1, 0], [0.5, 0.5]) == pytest.approx(math.log(2))
    assert kl.kl_discrete([0.5, 0.5], [1, 0]) == math.inf
    for p, q in (([0.5, 0.6], [0.5, 0.5]), ([1.5, -0.5], [0.5, 0.5]), ([1.0], [0.5, 0.5])):
        with pytest.raises(ValueError, match=r"distribution|shapes"):
            kl.kl_discrete(p, q)
    for lam in (-0.1, 1.1):
        with pytest.raises(ValueError, match="lam"):
            kl.convexity_gap(lam, *([[0.5, 0.5]] * 4))


@pytest.mark.parametrize("distance", TABLE)
def test_fits_are_those_of_the_catalogue(distance):
    """Both fits and the divergence, to the digits printed; trapezoid and Gauss-Hermite nodes agree."""
    target, (inclusive, exclusive, *_) = mixture(distance), TABLE[distance]
    fit = kl.fit_exclusive(*target)

    np.testing.assert_allclose(kl.fit_inclusive(*target), inclusive, atol=1e-6)
    np.testing.assert_allclose(fit, exclusive[:2], atol=1e-6)
    assert kl.kl_to_target(*fit, *target) == pytest.approx(exclusive[2], abs=1e-6)
    assert hermite(*fit, target) == pytest.approx(exclusive[2], abs=1e-6)


@pytest.mark.parametrize("distance", [2.5, 3.0])
def test_there_are_two_local_minima(distance):
    """With separated modes an optimiser that starts at the other minimum stays there, and it is worse."""
    target, (_, best, other) = mixture(distance), TABLE[distance]
    found = minimize(lambda at: reverse_kl(at[0], math.exp(at[1]), target), (other[0], math.log(other[1])))

    np.testing.assert_allclose((found.x[0], math.exp(found.x[1]), found.fun), other, atol=2e-6)
    assert other[2] - best[2] > 0.02


def test_the_numbers_of_the_assignments_mixture():
    """Both divergences at both fits; the directions differ by 4e-4 nats; the mixture has one mode, at 0.8247."""
    target = mixture(1.0)
    inclusive, exclusive = kl.fit_inclusive(*target), kl.fit_exclusive(*target)
    x = np.linspace(-5, 5, 200001)
    density = norm.pdf(x[:, None], target.means, 1) @ target.weights
    modes = x[1:-1][(density[1:-1] > density[:-2]) & (density[1:-1] > density[2:])]

    assert forward(*inclusive, target) == pytest.approx(0.01218738, abs=1e-8)
    assert kl.kl_to_target(*inclusive, *target) == pytest.approx(0.01394776, abs=1e-8)
    assert kl.kl_to_target(*exclusive, *target) == pytest.approx(0.01357187, abs=1e-8)
    np.testing.assert_allclose(exclusive, (0.321885795, 1.353293465), atol=1e-8)
    np.testing.assert_allclose(modes, [0.824671], atol=1e-4)


def test_what_is_near_the_exclusive_fit_is_not_the_inclusive_one():
    """Within 0.005 of it KL is far less than 1.2e-4 above its minimum, and the inclusive fit is further away."""
    target = mixture(1.0)
    inclusive, exclusive = (np.array(fit(*target)) for fit in (kl.fit_inclusive, kl.fit_exclusive))
    for shift in 0.005 * np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]):
        at = exclusive + shift
        assert reverse_kl(*at, target) - reverse_kl(*exclusive, target) <= 3e-5
        assert np.hypot(*shift) < np.hypot(*(at - inclusive))


def test_the_assignments_mixture_has_one_stationary_point():
    """Optimisers from all over the plane end at one point."""
    rng, target = np.random.default_rng(0), mixture(1.0)
    for _ in range(12):
        at = minimize(
            lambda v: reverse_kl(v[0], math.exp(v[1]), target), (rng.uniform(-4, 4), rng.uniform(-1.5, 1.2))
        ).x
        np.testing.assert_allclose((at[0], math.exp(at[1])), (0.321886, 1.353293), atol=1e-4)


@pytest.mark.parametrize("seed", SEEDS[:8])
def test_inclusive_is_what_an_optimiser_finds(seed):
    """Minimising KL(p || q) on a grid gives the mixture's own mean and standard deviation."""
    rng = np.random.default_rng(seed)
    k = rng.integers(1, 4)
    target = Target(distribution(rng, k), rng.normal(0, 2, k), rng.uniform(0.5, 1.5, k))
    mu, sigma = kl.fit_inclusive(*target)
    found = minimize(lambda at: forward(at[0], math.exp(at[1]), target), (0.0, 0.5))

    np.testing.assert_allclose((mu, sigma), (found.x[0], math.exp(found.x[1])), atol=1e-3)
    assert forward(mu, sigma, target) <= found.fun + 1e-9


@pytest.mark.parametrize("sigma", [0.05, 0.5, 8.0])
def test_the_integral_is_that_of_mpmath(sigma):
    """Adaptive quadrature in 30 digits, far from the target too."""
    target = mixture(1.5)
    for mu in (-40.0, 0.3):

        def integrand(e, mu=mu):
            z = mu + sigma * e
            p = sum(w * mpmath.npdf(z, m, s) for w, m, s in zip(*map(list, target), strict=True))
            return mpmath.npdf(e) * (mpmath.log(mpmath.npdf(z, mu, sigma)) - mpmath.log(p))

        with mpmath.workdps(30):
            right = float(mpmath.quad(integrand, [*range(-12, 13, 2)]))
        assert kl.kl_to_target(mu, sigma, *target) == pytest.approx(right, abs=1e-7, rel=1e-9)


@pytest.mark.parametrize("fit", [kl.fit_inclusive, kl.fit_exclusive])
def test_bad_mixtures_are_refused(fit):
    """Weights that are no distribution and standard deviations that are not positive raise ValueError."""
    for weights, sds in (([0.5, 0.6], [1, 1]), ([1.5, -0.5], [1, 1]), ([0.5, 0.5], [1, 0])):
        with pytest.raises(ValueError, match=r"distribution|standard deviation"):
            fit(weights, [0, 1], sds)


@pytest.mark.parametrize("seed", SEEDS)
def test_forward_objective_is_its_definition(seed):
    """By enumeration: minus the entropy of the posterior less KL(p || q)."""
    rng = np.random.default_rng(seed)
    k = rng.integers(1, 7)
    log_joint, q = rng.normal(-3, 2, k), distribution(rng, k)
    p = np.exp(log_joint) / np.exp(log_joint).sum()
    value = kl.forward_kl_objective(log_joint, np.log(q))

    assert value == pytest.approx(sum(p * np.log(q)), rel=1e-12)
    assert value == pytest.approx(sum(p * np.log(p)) - kl.kl_discrete(p, q), abs=1e-13)
    everything_once = kl.forward_kl_objective_snis(log_joint, np.full(k, -math.log(k)), np.log(q))
    assert everything_once == pytest.approx(value, abs=1e-13)


def test_importance_sampling_converges():
    """200,000 draws of a proposal come within 0.01 of the exact value."""
    rng = np.random.default_rng(1)
    log_joint, q, proposal = rng.normal(-3, 1, 5), distribution(rng, 5), np.full(5, 0.2)
    z = rng.choice(5, 200_000, p=proposal)
    found = kl.forward_kl_objective_snis(log_joint[z], np.log(proposal)[z], np.log(q)[z])

    assert found == pytest.approx(kl.forward_kl_objective(log_joint, np.log(q)), abs=0.01)


def test_extreme_weights_and_zeros():
    """Constants of 800 either way change nothing; impossible z add nothing; all impossible is refused."""
    log_joint, log_q = np.array([-1.0, -2.0]), np.array([-0.5, -1.0])
    value = kl.forward_kl_objective(log_joint, log_q)

    for shift in (-800, 800):
        assert kl.forward_kl_objective_snis(log_joint + shift, np.zeros(2), log_q) == pytest.approx(value, rel=1e-12)
    assert kl.forward_kl_objective([-1, -np.inf], [-2, -np.inf]) == -2
    assert kl.forward_kl_objective([-1, -1], [-2, -np.inf]) == -math.inf
    with pytest.raises(ValueError, match="probability 0"):
        kl.forward_kl_objective([-np.inf], [0])
