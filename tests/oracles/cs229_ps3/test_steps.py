"""steps.py of cs229-ps3 against torch, scikit-learn, scipy and brute force; what its properties must tell apart."""

import hypothesis
import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from autograder.kit import mixtures
from reference.cs229_ps3.steps import e_step, m_step
from tests.properties.cs229_ps3.draw_em import ALPHAS, far_mixtures, labelled_points


def drawn(strategy, count):
    """The first cases of a strategy under a fixed seed."""
    cases = []

    @hypothesis.seed(20)
    @hypothesis.settings(max_examples=count, database=None, deadline=None, phases=[hypothesis.Phase.generate])
    @hypothesis.given(case=strategy)
    def collect(case):
        cases.append(case)

    collect()
    return cases


MIXTURES = drawn(mixtures(), 25)
FAR = drawn(far_mixtures(), 24)
POINTS = drawn(labelled_points(), 25)
COUNTED = [case for case in POINTS if case.alpha > 0]


def log_joint(m):
    """log phi_j + log N(x_i; mu_j, sigma_j) by scipy, (n, k)."""
    density = [multivariate_normal(mu, sigma).logpdf(m.x) for mu, sigma in zip(m.mu, m.sigma, strict=True)]
    return np.log(m.phi) + np.stack([np.atleast_1d(column) for column in density], axis=1)


def test_e_step_agrees_with_torch():
    """Responsibilities are the posterior of torch's mixture distribution."""
    torch = pytest.importorskip("torch")
    for m in MIXTURES:
        x, phi, mu, sigma = (torch.from_numpy(np.array(v)) for v in m)
        mixing = torch.distributions.Categorical(phi)
        components = torch.distributions.MultivariateNormal(mu, sigma)
        total = torch.distributions.MixtureSameFamily(mixing, components).log_prob(x)
        posterior = torch.exp(mixing.logits + components.log_prob(x[:, None, :]) - total[:, None])
        assert np.abs(e_step(*m) - posterior.numpy()).max() < 1e-12


@pytest.mark.parametrize("cases", [MIXTURES, FAR], ids=["near", "far"])
def test_e_step_agrees_with_scipy(cases):
    """Responsibilities are exp(log joint - log marginal) with scipy's densities, for far points too."""
    for m in cases:
        joint = log_joint(m)
        assert np.abs(e_step(*m) - np.exp(joint - logsumexp(joint, axis=1, keepdims=True))).max() < 1e-9


def test_far_points_defeat_natural_space():
    """Every far point has density 0 in every component; of several that lie equally far none is certain everywhere."""
    several = [m for m in drawn(far_mixtures(), 80) if len(m.phi) > 1 and len(m.x) > 3 and m.mu[-1, -1] == 0]
    for m in (*FAR, *several):
        assert (np.exp(log_joint(m)) == 0).all()

    assert len(several) >= 6
    for w in (e_step(*m) for m in several):
        assert ((w > 0.01) & (w < 0.99)).any(axis=1).mean() > 0.5


def quadratic(m):
    """(x_i - mu_j)' sigma_j^-1 (x_i - mu_j), (n, k)."""
    gap = m.x[:, None, :] - m.mu
    return np.einsum("ijd,jde,ije->ij", gap, np.linalg.inv(m.sigma), gap)


def posterior(scores):
    """Rows of exp(scores), each summing to 1."""
    return np.exp(scores - logsumexp(scores, axis=1, keepdims=True))


WRONG_E = {
    "no one half": lambda m: posterior(np.log(m.phi) - 0.5 * np.linalg.slogdet(m.sigma)[1] - quadratic(m)),
    "determinant, not its root": lambda m: posterior(log_joint(m) - 0.5 * np.linalg.slogdet(m.sigma)[1]),
    "no weights": lambda m: posterior(log_joint(m) - np.log(m.phi)),
    "no determinant": lambda m: posterior(log_joint(m) + 0.5 * np.linalg.slogdet(m.sigma)[1]),
    "variance for standard deviation": lambda m: posterior(log_joint(m._replace(sigma=m.sigma @ m.sigma))),
    "normalised over the points": lambda m: posterior(log_joint(m).T).T,
    "hard": lambda m: np.eye(len(m.phi))[log_joint(m).argmax(axis=1)],
}


@pytest.mark.parametrize("name", WRONG_E)
def test_wrong_e_steps_are_seen(name):
    """A wrong E-step is off by 1e-2 or more somewhere in 25 drawn cases."""
    assert max(np.abs(WRONG_E[name](m) - e_step(*m)).max() for m in MIXTURES) > 1e-2


def parts(case):
    """Points (n + m, d), their weights (n + m, k) and the indicators of the labels (m, k)."""
    one_hot = np.eye(case.w.shape[1])[case.z_tilde]
    return np.concatenate([case.x, case.x_tilde]), np.concatenate([case.w, case.alpha * one_hot]), one_hot


def scatter(weights, points, mu):
    """Sum_i weights_ij (points_i - mu_j)(points_i - mu_j)', (k, d, d)."""
    gap = points[:, None, :] - mu
    return np.einsum("ij,ijd,ije->jde", weights, gap, gap)


def bound(case, phi, mu, sigma):
    """The part of the lower bound that depends on the parameters."""
    points, weights, _ = parts(case)
    density = [multivariate_normal(m, s).logpdf(points) for m, s in zip(mu, sigma, strict=True)]
    return float((weights * (np.log(phi) + np.stack(density, axis=1))).sum())


def test_m_step_is_stationary():
    """Autograd of the bound in (logits, mu, Cholesky factor) vanishes at the answer."""
    torch = pytest.importorskip("torch")
    for case in POINTS:
        phi, mu, sigma = (torch.from_numpy(v) for v in m_step(*case))
        points, weights = (torch.from_numpy(np.array(v)) for v in parts(case)[:2])
        free = [torch.log(phi), mu, torch.linalg.cholesky(sigma)]
        logits, mu, lower = (v.detach().requires_grad_() for v in free)
        density = torch.distributions.MultivariateNormal(mu, scale_tril=torch.tril(lower)).log_prob(points[:, None])
        (weights * (torch.log_softmax(logits, 0) + density)).sum().backward()
        size = weights.sum().item()
        assert max(v.grad.abs().max().item() for v in (logits, mu, lower)) / size < 1e-12


def test_m_step_agrees_with_sklearn():
    """Means and covariances are those of scikit-learn's estimator with the same weights."""
    mixture = pytest.importorskip("sklearn.mixture._gaussian_mixture")
    for case in POINTS:
        points, weights, _ = parts(case)
        count, mu, sigma = mixture._estimate_gaussian_parameters(points, weights, 0.0, "full")
        phi, ours, covariance = m_step(*case)
        # scikit-learn adds 10 eps to every count
        assert np.abs(phi - count / count.sum()).max() < 1e-12
        assert np.abs(ours - mu).max() < 1e-12
        assert np.abs(covariance - sigma).max() < 1e-11


@pytest.mark.parametrize("copies", [1, 2, 5])
def test_alpha_counts_like_copies(copies):
    """Weight alpha equals alpha copies of the labelled points."""
    for case in POINTS:
        once = m_step(case.w, case.x, case.x_tilde, case.z_tilde, float(copies))
        repeated = np.concatenate([case.x_tilde] * copies), np.concatenate([case.z_tilde] * copies)
        for a, b in zip(once, m_step(case.w, case.x, *repeated, 1.0), strict=True):
            assert np.abs(a - b).max() < 1e-12


def test_no_perturbation_is_better():
    """The bound falls in 40 random directions around the answer."""
    rng = np.random.default_rng(4)
    for case in COUNTED[:8]:
        phi, mu, sigma = m_step(*case)
        best = bound(case, phi, mu, sigma)
        for size in (1e-3, 1e-1) * 20:
            other = phi * np.exp(size * rng.standard_normal(len(phi)))
            shift = size * rng.standard_normal(sigma.shape)
            moved = sigma + shift @ shift.transpose(0, 2, 1)
            assert bound(case, other / other.sum(), mu + size * rng.standard_normal(mu.shape), moved) < best


def test_cases_are_varied():
    """The drawn cases hold every alpha, one and several components, and no labelled points at all."""
    assert {case.alpha for case in POINTS} == set(ALPHAS)
    assert {case.w.shape[1] for case in POINTS} >= {1, 3, 5}
    assert any(len(case.z_tilde) == 0 for case in POINTS)
    assert all(case.w.sum(axis=0).min() + case.alpha > 0 for case in POINTS)


def wrong_phi(case):
    """Wrong weights of the components, by name."""
    count = parts(case)[1].sum(axis=0)
    n, m = len(case.x), len(case.x_tilde)
    return {
        "over n + m": count / (n + m),
        "over n": count / n,
        "not divided": count,
        "mean of w": case.w.mean(axis=0),
    }


def wrong_mu(case):
    """Wrong means, by name."""
    points, weights, one_hot = parts(case)
    count = weights.sum(axis=0)[:, None]
    return {
        "alpha in the numerator only": weights.T @ points / (case.w.sum(axis=0) + one_hot.sum(axis=0))[:, None],
        "alpha ignored": (case.w.T @ case.x + one_hot.T @ case.x_tilde)
        / (case.w.sum(axis=0) + one_hot.sum(axis=0))[:, None],
        "unlabelled only": case.w.T @ case.x / case.w.sum(axis=0)[:, None],
        "all labelled points in every denominator": weights.T
        @ points
        / (case.w.sum(axis=0) + case.alpha * len(case.z_tilde))[:, None],
        "labels one too high": (case.w.T @ case.x + case.alpha * np.roll(one_hot, 1, axis=1).T @ case.x_tilde) / count,
        "divided by phi n": weights.T @ points / (count / count.sum() * len(case.x)),
    }


def wrong_sigma(case):
    """Wrong covariances, by name."""
    points, weights, one_hot = parts(case)
    mu, count = m_step(*case)[1], weights.sum(axis=0)[:, None, None]
    right = scatter(weights, points, mu)
    old = np.tile(points.mean(axis=0), (len(mu), 1))
    return {
        "about other means": scatter(weights, points, old) / count,
        "unlabelled only": scatter(case.w, case.x, mu) / case.w.sum(axis=0)[:, None, None],
        "alpha missing in the scatter": (scatter(case.w, case.x, mu) + scatter(one_hot, case.x_tilde, mu)) / count,
        "Bessel": right / (count - 1),
        "not divided": right,
        "diagonal": right / count * np.eye(mu.shape[1]),
        "labelled points once for every point": (
            scatter(case.w, case.x, mu) + len(case.x) * case.alpha * scatter(one_hot, case.x_tilde, mu)
        )
        / count,
    }


UPDATES = {"phi": (0, wrong_phi), "mu": (1, wrong_mu), "sigma": (2, wrong_sigma)}


@pytest.mark.parametrize("name", UPDATES)
def test_wrong_updates_are_seen(name):
    """A wrong update is off by 1e-3 or more (a thousand tolerances) in at least three of 25 drawn cases."""
    index, variants = UPDATES[name]
    for wrong in variants(COUNTED[0]):
        off = sorted(np.abs(variants(case)[wrong] - m_step(*case)[index]).max() for case in COUNTED)
        assert off[-3] > 1e-3, wrong


BAD_E = {
    "one axis": lambda m: (m.x[:, 0], m.phi, m.mu, m.sigma),
    "columns": lambda m: (np.column_stack([m.x, m.x]), m.phi, m.mu, m.sigma),
    "NaN": lambda m: (m.x, m.phi, m.mu, m.sigma * np.nan),
    "sum": lambda m: (m.x, m.phi * 1.001, m.mu, m.sigma),
    "negative": lambda m: (m.x, m.phi - 2 * np.eye(len(m.phi))[0] * m.phi[0], m.mu, m.sigma),
}


@pytest.mark.parametrize("name", BAD_E)
def test_e_step_rejects(name):
    """Arguments that break the docstring raise ValueError."""
    with pytest.raises(ValueError, match=r"x|phi|mu|sigma"):
        e_step(*BAD_E[name](MIXTURES[0]))


BAD_M = {
    "rows": lambda c: c._replace(w=c.w[1:]),
    "labels": lambda c: c._replace(z_tilde=c.z_tilde[1:]),
    "label k": lambda c: c._replace(z_tilde=c.z_tilde + 1),
    "label -1": lambda c: c._replace(z_tilde=c.z_tilde - 1),
    "half a label": lambda c: c._replace(z_tilde=c.z_tilde + 0.5),
    "sum": lambda c: c._replace(w=c.w * 1.001),
    "alpha": lambda c: c._replace(alpha=-0.1),
    "infinite": lambda c: c._replace(x=c.x + np.inf),
}


@pytest.mark.parametrize("name", BAD_M)
def test_m_step_rejects(name):
    """Arguments that break the docstring raise ValueError."""
    with pytest.raises(ValueError, match=r"w|x|label|alpha"):
        m_step(*BAD_M[name](COUNTED[0]))
