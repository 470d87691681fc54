"""Kullback-Leibler divergences: the code of problems 6.1 to 6.4 of dl2024-hw4.

KL(p || q) is the expectation under p of log p - log q, in nats. A Gaussian mixture in one dimension is given by
`weights`, `means` and `sds`, one entry each for its K components; sds are standard deviations.
"""

import numpy as np
from scipy.linalg import solve_triangular
from scipy.optimize import minimize
from scipy.special import logsumexp


def kl_mvn(mu0: "d", Sigma0: "d d", mu1: "d", Sigma1: "d d") -> float:
    """KL(N(mu0, Sigma0) || N(mu1, Sigma1)); the matrices are covariances.

    Must stay right for d = 200, where determinants leave the range of floating point. Raises ValueError when shapes do
    not fit, and when a covariance is not symmetric (to 1e-8 of its largest entry) or not positive definite. Source:
    Deep Learning 2024, homework 4, problem 6.1.
    """
    # BEGIN SOLUTION
    mu0, mu1 = np.asarray(mu0, dtype=float), np.asarray(mu1, dtype=float)
    d = len(mu0)
    first, second = _cholesky(Sigma0, d), _cholesky(Sigma1, d)
    if mu1.shape != (d,):
        raise ValueError(f"the means have shapes {mu0.shape} and {mu1.shape}")
    spread = solve_triangular(second, first, lower=True)
    shift = solve_triangular(second, mu1 - mu0, lower=True)
    growth = np.log(np.diag(second)).sum() - np.log(np.diag(first)).sum()
    return float(0.5 * ((spread**2).sum() + shift @ shift - d) + growth)
    # END SOLUTION


def kl_discrete(p: "n", q: "n") -> float:
    """KL(p || q) of two distributions over n outcomes: 0 log 0 is 0, and +inf where q is 0 and p is not.

    Raises ValueError when p or q has a negative entry or a sum more than 1e-8 away from 1, or when shapes differ.
    Source: Deep Learning 2024, homework 4, problem 6.2.
    """
    # BEGIN SOLUTION
    p, q = _distribution(p), _distribution(q)
    if p.shape != q.shape:
        raise ValueError(f"p and q have shapes {p.shape} and {q.shape}")
    inside = p > 0
    with np.errstate(divide="ignore"):
        return float((p[inside] * (np.log(p[inside]) - np.log(q[inside]))).sum())
    # END SOLUTION


def convexity_gap(lam: float, p1: "n", p2: "n", q1: "n", q2: "n") -> float:
    """How far the divergence of the mixtures lies below the mixture of the divergences.

    That is lam KL(p1 || q1) + (1 - lam) KL(p2 || q2) - KL(lam p1 + (1 - lam) p2 || lam q1 + (1 - lam) q2); all entries
    are positive. Raises ValueError when lam is not in [0, 1], and as `kl_discrete` does. Source: Deep Learning 2024,
    homework 4, problem 6.2.
    """
    # BEGIN SOLUTION
    if not 0 <= lam <= 1:
        raise ValueError(f"lam is {lam}, not in [0, 1]")
    p1, p2, q1, q2 = (_distribution(value) for value in (p1, p2, q1, q2))
    if not p1.shape == p2.shape == q1.shape == q2.shape:
        raise ValueError("the four distributions have different shapes")
    shares = np.array([lam, 1 - lam])
    apart = np.array([kl_discrete(p1, q1), kl_discrete(p2, q2)])
    return float(shares @ apart) - kl_discrete(shares @ [p1, p2], shares @ [q1, q2])
    # END SOLUTION


def log_sum_slack(a: "k", b: "k") -> float:
    """Left side less right side of the log-sum inequality, for positive numbers that need not sum to 1.

    The left side is the sum of a_i log(a_i / b_i), the right side is A log(A / B) with the sums A of a and B of b.
    Source: Deep Learning 2024, homework 4, problem 6.2.
    """
    # BEGIN SOLUTION
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return float((a * np.log(a / b)).sum() - a.sum() * np.log(a.sum() / b.sum()))
    # END SOLUTION


def equality_example(n: int, rng: np.random.Generator) -> "tuple of four n":
    """Distributions (p1, p2, q1, q2) over n >= 3 outcomes whose convexity gap is 0 for every lam in [0, 1].

    All entries are positive, and neither p1 and p2 nor q1 and q2 are nearly the same: absolute differences sum to at
    least 1e-3. Any such example will do; rng is there for those who want to draw one. Source: Deep Learning 2024,
    homework 4, problem 6.2.
    """
    # BEGIN SOLUTION
    first, second = rng.dirichlet(np.ones(n), 2)
    return first, second, first, second  # p is q in both pairs: a mixture of them has no divergence either
    # END SOLUTION


def fit_inclusive(weights: "K", means: "K", sds: "K") -> "tuple of float, float":
    """(mu, sigma) of the Gaussian q that minimises KL(p || q) for the mixture p; sigma is a standard deviation.

    There is a closed form. Raises ValueError when weights has a negative entry or a sum more than 1e-8 away from 1, and
    when an entry of sds is not positive. Source: Deep Learning 2024, homework 4, problem 6.3.
    """
    # BEGIN SOLUTION
    weights, means, sds = _mixture(weights, means, sds)
    mu = weights @ means
    return float(mu), float(np.sqrt(weights @ (sds**2 + (means - mu) ** 2)))
    # END SOLUTION


def fit_exclusive(weights: "K", means: "K", sds: "K") -> "tuple of float, float":
    """(mu, sigma) of the Gaussian q that minimises KL(q || p) for the mixture p: the best of all local minima.

    There is no closed form. Expectations under q want a quadrature, or a million draws at least: with 10,000 draws the
    result is off by 0.03. One fit may take 5 seconds. Raises ValueError as `fit_inclusive` does. Source: Deep Learning
    2024, homework 4, problem 6.3.
    """
    # BEGIN SOLUTION
    weights, means, sds = _mixture(weights, means, sds)
    starts = [fit_inclusive(weights, means, sds), *zip(means, sds, strict=True)]
    found = [
        minimize(_reverse, (mu, np.log(sd)), (weights, means, sds), jac=True, method="BFGS", options={"gtol": 1e-9})
        for mu, sd in starts
    ]
    mu, log_sigma = min(found, key=lambda result: result.fun).x
    return float(mu), float(np.exp(log_sigma))
    # END SOLUTION


def kl_to_target(mu: float, sigma: float, weights: "K", means: "K", sds: "K") -> float:
    """KL(N(mu, sigma^2) || p) for the mixture p, within 1e-5; sigma goes from 0.05 to 8.

    Must stay right where p is 0 in floating point. Source: Deep Learning 2024, homework 4, problem 6.3.
    """
    # BEGIN SOLUTION
    return float(_reverse((mu, np.log(sigma)), *_mixture(weights, means, sds))[0])
    # END SOLUTION


def forward_kl_objective(log_joint: "K", log_q: "K") -> float:
    """What to maximise over q in order to minimise KL(p(z | x) || q(z | x)): the expectation of log q under p(z | x).

    z has K values, log_joint is log p(x, z) over them and log_q is log q(z | x). A z with p(z | x) = 0 adds 0 whatever
    its log_q; where p(z | x) > 0 and log_q is -inf, so is the result. Raises ValueError when log_joint is -inf
    throughout. Source: Deep Learning 2024, homework 4, problem 6.4.
    """
    # BEGIN SOLUTION
    return _weighted(np.asarray(log_joint, dtype=float), np.asarray(log_q, dtype=float))
    # END SOLUTION


def forward_kl_objective_snis(log_joint: "S", log_prop: "S", log_q: "S") -> float:
    """The same objective by self-normalised importance sampling from S draws z_s of a proposal.

    The arrays hold log p(x, z_s), the proposal's log density at z_s, and log q(z_s | x). Log weights may be as large or
    as small as 800 either way. Source: Deep Learning 2024, homework 4, problem 6.4.
    """
    # BEGIN SOLUTION
    log_weights = np.asarray(log_joint, dtype=float) - np.asarray(log_prop, dtype=float)
    return _weighted(log_weights, np.asarray(log_q, dtype=float))
    # END SOLUTION


# BEGIN SOLUTION
EPS = np.linspace(-12, 12, 4801)
MASS = np.exp(-0.5 * EPS**2) / np.exp(-0.5 * EPS**2).sum()  # the trapezoid rule under N(0, 1), exact to 1e-12


def _cholesky(Sigma, d):
    """The Cholesky factor of a covariance (d, d), or ValueError."""
    Sigma = np.asarray(Sigma, dtype=float)
    if Sigma.shape != (d, d):
        raise ValueError(f"a covariance has shape {Sigma.shape}, expected {(d, d)}")
    if not (np.abs(Sigma - Sigma.T) <= 1e-8 * np.abs(Sigma).max()).all():
        raise ValueError("a covariance is not symmetric")
    try:
        return np.linalg.cholesky(Sigma)
    except np.linalg.LinAlgError:
        raise ValueError("a covariance is not positive definite") from None


def _distribution(p):
    """p as an array, or ValueError."""
    p = np.asarray(p, dtype=float)
    if not (p >= 0).all() or not abs(p.sum() - 1) <= 1e-8:
        raise ValueError("a distribution has a negative entry or does not sum to 1")
    return p


def _mixture(weights, means, sds):
    """The mixture as arrays, or ValueError."""
    sds = np.asarray(sds, dtype=float)
    if not (sds > 0).all():
        raise ValueError("a standard deviation is not positive")
    return _distribution(weights), np.asarray(means, dtype=float), sds


def _reverse(at, weights, means, sds):
    """KL(q || p) at (mu, log sigma), and its gradient there."""
    mu, sigma = at[0], np.exp(at[1])
    gap = (mu + sigma * EPS[:, None] - means) / sds  # (nodes, K)
    with np.errstate(divide="ignore"):
        parts = np.log(weights) - np.log(sds) - 0.5 * gap**2
    log_p = logsumexp(parts, axis=1)
    score = -(np.exp(parts - log_p[:, None]) * gap / sds).sum(axis=1)
    value = -np.log(sigma) - 0.5 - MASS @ log_p  # both densities lack the factor 1 / sqrt(2 pi)
    return value, np.array([-MASS @ score, -1 - sigma * (MASS * EPS) @ score])


def _weighted(log_weights, values):
    """The mean of values under weights whose logarithms are given up to a constant."""
    top = log_weights.max()
    if top == -np.inf:
        raise ValueError("every weight is 0: x has probability 0")
    weights = np.exp(log_weights - top)
    inside = weights > 0
    return float((weights[inside] * values[inside]).sum() / weights.sum())


# END SOLUTION
