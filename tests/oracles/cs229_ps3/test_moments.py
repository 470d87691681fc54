"""Part 3d's exact laws: against quadrature, autograd, simulation and known numbers; bounds on false alarms."""

import numpy as np
import pytest
import torch
from scipy.optimize import minimize_scalar
from scipy.stats import chi2, kurtosis, multivariate_normal

from reference.cs229_ps3 import moments

SEEDS = range(8)
DRAWS = 400_000


def simulated(case, seed):
    """Per draw: log p(x | z) and the gradient in (qm, qr), written as a student would."""
    W, b, gamma, x, qm, qr = case
    eps = np.random.default_rng(seed).standard_normal((DRAWS, len(qm)))
    r = x - b - (qm + np.exp(qr) * eps) @ W.T  # (draws, d)
    logs = -0.5 * np.sum(r**2, axis=1) / gamma**2 - len(b) * np.log(gamma * np.sqrt(2 * np.pi))
    slope = r @ W / gamma**2
    by_rho = np.exp(qr) * (slope * eps - np.exp(qr) + np.exp(-qr))
    return logs, np.hstack([slope - qm, by_rho])


@pytest.mark.parametrize(
    ("number", "evidence", "start", "best", "flow"),
    [(1, -5.563382, -213.671, -5.56338, -5.58417), (2, -5.563384, -476.443, -6.58649, -6.60810)],
)
def test_shipped_models_have_the_known_numbers(number, evidence, start, best, flow):
    """ln p, the bound at q = N(0, I), the best bound and the bound of the noiseless path are those known."""
    model, zeros = moments.shipped(number), np.zeros(4)

    assert moments.log_likelihood(*model) == pytest.approx(evidence, abs=6e-7)
    assert moments.exact_elbo(*model, zeros, zeros) == pytest.approx(start, abs=6e-4)
    assert moments.best_elbo(*model) == pytest.approx(best, abs=6e-6)
    assert moments.flow_elbo(*model, 1.0) == pytest.approx(flow, abs=6e-6)


def test_shipped_models_share_a_density_and_differ_in_the_posterior():
    """W1 W1' = W2 W2' up to rounding; the posterior precisions have the known diagonals and gaps 0 and 1.0231."""
    (first, _, gamma, _), (second, *_) = moments.shipped(1), moments.shipped(2)
    precisions = [np.eye(4) + W.T @ W / gamma**2 for W in (first, second)]
    gaps = [0.5 * (np.log(np.diag(p)).sum() - np.linalg.slogdet(p)[1]) for p in precisions]

    np.testing.assert_allclose(first @ first.T, second @ second.T, atol=1e-5)
    np.testing.assert_allclose(np.diag(precisions[0]), [17, 26, 57.25, 226], atol=1e-3)
    np.testing.assert_allclose(np.diag(precisions[1]), 81.5625, atol=1e-3)
    np.testing.assert_allclose(gaps, [0, 1.02310], atol=1e-5)


def test_shipped_models_come_from_their_recipe():
    """Seed 229 gives the shipped numbers again, whatever signs this machine's QR gives the columns."""
    rng = np.random.default_rng(229)
    columns = np.linalg.qr(rng.standard_normal((8, 4)))[0] * [0.8, 1, 1.5, 3]
    columns *= np.sign(np.sum(columns * moments.shipped(1)[0], axis=0))
    hadamard = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2
    b = rng.standard_normal(8).round(4)
    x1 = b + columns @ rng.standard_normal(4) + 0.2 * rng.standard_normal(8)
    step = columns @ hadamard @ rng.standard_normal(4) + 0.2 * rng.standard_normal(8)
    (first, _, _, x), (second, offset, _, y) = moments.shipped(1), moments.shipped(2)
    covariance = np.linalg.inv(first @ first.T + 0.04 * np.eye(8))
    stretch = np.sqrt(((x - b) @ covariance @ (x - b)) / (step @ covariance @ step))

    np.testing.assert_array_equal(offset, b)
    np.testing.assert_allclose(first, columns, atol=6e-7)
    np.testing.assert_allclose(second, columns @ hadamard, atol=6e-7)
    np.testing.assert_allclose(x, x1, atol=6e-5)
    np.testing.assert_allclose(y, b + stretch * step, atol=6e-6)


def test_shipped_files_hold_the_shipped_numbers(tmp_path):
    """The five texts read back as comma-separated files to exactly the arrays."""
    files = moments.shipped_files()
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    assert sorted(files) == ["W1.txt", "W2.txt", "b.txt", "x1.txt", "x2.txt"]
    for number in (1, 2):
        W, b, _, x = moments.shipped(number)
        np.testing.assert_array_equal(np.loadtxt(tmp_path / f"W{number}.txt", delimiter=","), W)
        np.testing.assert_array_equal(np.loadtxt(tmp_path / "b.txt", delimiter=","), b)
        np.testing.assert_array_equal(np.loadtxt(tmp_path / f"x{number}.txt", delimiter=","), x)


@pytest.mark.parametrize("seed", SEEDS)
def test_log_likelihood_matches_scipy(seed):
    """The Cholesky form equals scipy's multivariate normal."""
    W, b, gamma, x, *_ = moments.elbo_instance(seed)

    wanted = multivariate_normal(b, W @ W.T + gamma**2 * np.eye(len(b))).logpdf(x)

    assert moments.log_likelihood(W, b, gamma, x) == pytest.approx(wanted, rel=1e-11)


@pytest.mark.parametrize("seed", SEEDS)
def test_bound_matches_quadrature(seed):
    """Gauss-Hermite in the first two coordinates of z, for a model cut to m = 2, gives bound and variance."""
    W, b, gamma, x, qm, qr = moments.elbo_instance(seed)
    case = W[:, :2], b, gamma, x, qm[:2], qr[:2]
    nodes, weights = np.polynomial.hermite_e.hermegauss(12)
    grid = np.stack(np.meshgrid(nodes, nodes), axis=-1).reshape(-1, 2)
    mass = np.outer(weights, weights).ravel() / (2 * np.pi)
    z = qm[:2] + np.exp(qr[:2]) * grid
    logs = [multivariate_normal(W[:, :2] @ row + b, gamma**2 * np.eye(len(b))).logpdf(x) for row in z]
    q = torch.distributions.Normal(torch.as_tensor(qm[:2]), torch.as_tensor(np.exp(qr[:2])))
    kl = torch.distributions.kl_divergence(q, torch.distributions.Normal(0.0, 1.0)).sum()
    mean = mass @ logs

    assert moments.kl(qm[:2], qr[:2]) == pytest.approx(float(kl), rel=1e-12)
    assert moments.exact_elbo(*case) == pytest.approx(mean - float(kl), rel=1e-11)
    assert moments.draw_variance(*case) == pytest.approx(mass @ (logs - mean) ** 2, rel=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
def test_bound_is_evidence_minus_divergence_from_the_posterior(seed):
    """The bound plus torch's KL(q || posterior) is ln p(x); the best q has its mean and variances 1 / P_jj."""
    case = moments.elbo_instance(seed)
    *model, qm, qr = case
    mean, precision = moments.posterior_law(*model)
    q = torch.distributions.MultivariateNormal(torch.as_tensor(qm), torch.as_tensor(np.diag(np.exp(2 * qr))))
    posterior = torch.distributions.MultivariateNormal(
        torch.as_tensor(mean), precision_matrix=torch.as_tensor(precision)
    )
    divergence = float(torch.distributions.kl_divergence(q, posterior))

    assert moments.exact_elbo(*case) + divergence == pytest.approx(moments.log_likelihood(*model), rel=1e-11)
    at_best = moments.exact_elbo(*model, mean, -0.5 * np.log(np.diag(precision)))
    assert moments.best_elbo(*model) == pytest.approx(at_best, rel=1e-11)


@pytest.mark.parametrize("seed", SEEDS)
def test_mean_gradient_matches_autograd(seed):
    """The mean gradient is torch's derivative of the exact bound in (qm, qr)."""
    W, b, gamma, x, qm, qr = moments.step_instance(seed)
    W_, r0, at = torch.as_tensor(W), torch.as_tensor(x - b), torch.tensor(np.stack([qm, qr]), requires_grad=True)
    r, variance = r0 - W_ @ at[0], torch.exp(2 * at[1])
    bound = -(r @ r + (W_**2 @ variance).sum()) / (2 * gamma**2) - (0.5 * (variance + at[0] ** 2) - at[1]).sum()
    (wanted,) = torch.autograd.grad(bound, at)

    np.testing.assert_allclose(moments.step_mean(W, b, gamma, x, qm, qr), wanted.numpy().ravel(), rtol=1e-11)


@pytest.mark.parametrize("seed", range(4))
def test_moments_match_simulation(seed):
    """400 000 draws reproduce mean and variance of log p(x | z), mean and covariance of the gradient within 2 %."""
    case = moments.step_instance(seed)
    logs, gradients = simulated(case, seed)
    wanted = moments.step_covariance(*case)
    scale = np.sqrt(np.outer(np.diag(wanted), np.diag(wanted)))
    error = np.sqrt(np.diag(wanted) / DRAWS)

    assert logs.mean() - moments.kl(*case[4:]) == pytest.approx(
        moments.exact_elbo(*case), abs=5 * np.sqrt(moments.draw_variance(*case) / DRAWS)
    )
    assert logs.var() == pytest.approx(moments.draw_variance(*case), rel=0.02)
    np.testing.assert_array_less(np.abs(gradients.mean(axis=0) - moments.step_mean(*case)), 5 * error)
    np.testing.assert_allclose(np.cov(gradients, rowvar=False) / scale, wanted / scale, atol=0.02)


@pytest.mark.parametrize("seed", SEEDS)
def test_flow_matches_its_differential_equation(seed):
    """The closed form of gradient flow is where 20 000 small steps along the exact gradient lead."""
    W, b, gamma, x, qm, _ = moments.step_instance(seed)
    state = np.zeros(2 * len(qm))
    for _ in range(20_000):
        half = state + 1e-5 / 2 * moments.step_mean(W, b, gamma, x, *np.split(state, 2))
        state = state + 1e-5 * moments.step_mean(W, b, gamma, x, *np.split(half, 2))

    reached = moments.exact_elbo(W, b, gamma, x, *np.split(state, 2))
    assert moments.flow_elbo(W, b, gamma, x, 0.2) == pytest.approx(reached, rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_recursions_are_ascent_along_the_mean_gradient(seed):
    """Without weights, and without spread, steps along the exact mean gradient are the two recursions."""
    W, b, gamma, x, qm, qr = moments.step_instance(seed)
    still = np.full_like(qr, -20.0)
    free, tight = np.concatenate([qm, qr]), np.concatenate([qm, still])
    for _ in range(50):
        free = free + 0.01 * moments.step_mean(0 * W, b, gamma, x, *np.split(free, 2))
        tight = tight + 0.01 * moments.step_mean(W, b, gamma, x, *np.split(tight, 2))

    np.testing.assert_allclose(np.concatenate(moments.follow_without_weights(qm, qr, 0.01, 50)), free, atol=1e-12)
    wanted = moments.follow_without_noise(W, b, gamma, x, qm, still, 0.01, 50)
    np.testing.assert_allclose(np.concatenate(wanted), tight, atol=1e-10)


@pytest.mark.parametrize("seed", range(40))
def test_elbo_instances_expose_wrong_samplers(seed):
    """On every instance the mean of each wrong sampler is 19 standard errors away; 7.5 are accepted."""
    W, b, gamma, x, qm, qr = case = moments.elbo_instance(seed)
    error = np.sqrt(moments.draw_variance(*case) / moments.SAMPLES)
    right = moments.exact_elbo(*case)
    r, A = x - b - W @ qm, W * np.exp(qr)
    kl = moments.kl(qm, qr)
    constant = -len(b) / 2 * np.log(2 * np.pi * gamma**2)
    wrong = {
        "sd = sigma^2": moments.exact_elbo(W, b, gamma, x, qm, 2 * qr) + moments.kl(qm, 2 * qr) - kl,
        "covariance diag(sigma)": moments.exact_elbo(W, b, gamma, x, qm, qr / 2) + moments.kl(qm, qr / 2) - kl,
        "plug-in mean": constant - r @ r / 2 / gamma**2 - kl,
        "one eps for all coordinates": constant - (r @ r + np.sum(A.sum(axis=1) ** 2)) / 2 / gamma**2 - kl,
        "prior samples": constant - (np.sum((x - b) ** 2) + np.sum(W**2)) / 2 / gamma**2 - kl,
    }

    assert {name: gap for name, value in wrong.items() if (gap := abs(value - right) / error) < 19} == {}
    assert min(np.abs(qr)) >= 0.149
    assert abs(gamma - 1) >= 0.099


@pytest.mark.parametrize("seed", range(40))
def test_step_instances_expose_wrong_gradients(seed):
    """On every instance the mean step of each of these mistakes is far beyond the accepted distance of 110.

    Mistakes in the divergence alone are left out: the exact cases of W = 0 show them for certain.
    """
    W, b, gamma, x, qm, qr = case = moments.step_instance(seed)
    sigma, M, h = np.exp(qr), W.T @ W, W.T @ (x - b - W @ qm)
    weight = np.linalg.inv(moments.step_covariance(*case) / moments.SAMPLES)
    right = moments.step_mean(*case)
    rec, kl_r = -(sigma**2) * np.diag(M) / gamma**2, sigma**2 - 1
    wrong = {
        "eps scaled by sigma": (h / gamma**2 - qm, sigma**2 * rec - kl_r),
        "no 1/gamma^2": (h - qm, rec * gamma**2 - kl_r),
        "no b": (W.T @ (x - W @ qm) / gamma**2 - qm, rec - kl_r),
        "gradient in sigma for rho": (h / gamma**2 - qm, (rec - kl_r) / sigma),
        "no sigma on the likelihood": (h / gamma**2 - qm, rec / sigma - kl_r),
        "no eps": (h / gamma**2 - qm, sigma * h / gamma**2 - kl_r),
        "product of means": (h / gamma**2 - qm, -kl_r),
        "descent": tuple(-np.array(np.split(right, 2))),
        "sum instead of mean": (2000 * h / gamma**2 - qm, 2000 * rec - kl_r),
        "one eps for all coordinates": (h / gamma**2 - qm, -sigma * (M @ sigma) / gamma**2 - kl_r),
    }
    gaps = {name: np.concatenate(value) - right for name, value in wrong.items()}

    assert {name: distance for name, gap in gaps.items() if (distance := gap @ weight @ gap) < 300} == {}


def test_mean_test_rarely_rejects_a_right_program():
    """Chernoff: an average of N = 20 000 draws of log p(x | z) leaves 7.5 standard errors with probability < 1e-11."""
    bounds = [chernoff(moments.elbo_instance(seed), 20_000, 7.5) for seed in range(60)]

    assert max(bounds) < 1e-11


def chernoff(case, n, limit):
    """The two-sided Chernoff bound for the average of n draws of log p(x | z).

    With A = U S V', -|r - A eps|^2 / (2 gamma^2) is a sum of terms -(s_j e_j - t_j)^2 / 2 with independent normal e_j,
    t = U'r / gamma, s = S / gamma: a term's log moment at u is -u t^2 / (2 (1 + u s^2)) - log(1 + u s^2) / 2.
    """
    W, b, gamma, x, qm, qr = case
    left, s, _ = np.linalg.svd(W * np.exp(qr) / gamma, full_matrices=False)
    t = left.T @ (x - b - W @ qm) / gamma
    mean, deviation = -0.5 * np.sum(t**2 + s**2), np.sqrt(moments.draw_variance(*case))

    def exponent(u, sign):
        inside = 1 + sign * u * s**2
        if inside.min() <= 0:
            return np.inf
        log_moment = np.sum(-sign * u * t**2 / (2 * inside) - 0.5 * np.log(inside)) - sign * u * mean
        return n * log_moment - u * n * limit * deviation / np.sqrt(n)

    top = [1.0, min(1.0, 0.999 / s.max() ** 2)]
    tails = [
        minimize_scalar(exponent, bounds=(0, end), args=(sign,), method="bounded", options={"xatol": 1e-12}).fun
        for sign, end in zip((1, -1), top, strict=True)
    ]
    return np.exp(tails).sum()


def test_spread_test_rarely_rejects_a_right_program():
    """400 Gaussian values leave [0.5, 1.8] times their variance with probability < 1e-17; 64-sample means are close."""
    tails = chi2.cdf(0.5 * 399, 399), chi2.sf(1.8 * 399, 399)
    calls = [simulated(moments.elbo_instance(seed), seed)[0].reshape(-1, 64).mean(axis=1) for seed in range(4)]

    assert max(tails) < 1e-17
    assert max(kurtosis(values) for values in calls) < 0.4


def test_gradient_test_rarely_rejects_a_right_program():
    """Chi-square with 8 degrees of freedom passes 110 with probability < 1e-19; 40 averages of right steps stay low."""
    distances = []
    for seed in range(4):
        case = moments.step_instance(seed)
        weight = np.linalg.inv(moments.step_covariance(*case) / 40_000)
        averages = simulated(case, seed)[1].reshape(10, 40_000, -1).mean(axis=1) - moments.step_mean(*case)
        distances += list(np.einsum("ri,ij,rj->r", averages, weight, averages))

    assert chi2.sf(110, 8) < 1e-19
    assert max(distances) < 40


def test_right_experiments_end_inside_the_band():
    """100 runs a model with 200 samples a step end at most 0.02 below the noiseless path; the band is 0.06."""
    for number in (1, 2):
        target = moments.experiment_target(number)
        shortfall = target["low"] + moments.BAND - np.array(ascended(number, runs=100))

        assert shortfall.max() < 0.02
        assert target["low"] < target["best"]


def ascended(number, runs, samples=200):
    """The exact bounds that `runs` runs of the experiment end at; single precision noise, all runs at once."""
    W, b, gamma, x = moments.shipped(number)
    rng = np.random.default_rng(number)
    qm, qr = np.zeros((2, runs, 4))
    M, h = W.T @ W / gamma**2, W.T @ (x - b) / gamma**2
    for _ in range(1000):
        sigma = np.exp(qr)
        eps = rng.standard_normal((samples, runs, 4), dtype=np.float32)
        spread = np.einsum("nri,nrj->rij", eps, eps, optimize=True) / samples
        slope = h - (qm + sigma * eps.mean(axis=0)) @ M
        by_sigma = eps.mean(axis=0) * (h - qm @ M) - np.einsum("ij,rj,rij->ri", M, sigma, spread)
        qm, qr = qm + 0.001 * (slope - qm), qr + 0.001 * sigma * (by_sigma - sigma + 1 / sigma)
    return [moments.exact_elbo(W, b, gamma, x, qm[i], qr[i]) for i in range(runs)]
