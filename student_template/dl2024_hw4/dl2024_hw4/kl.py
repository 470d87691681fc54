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
    raise NotImplementedError


def kl_discrete(p: "n", q: "n") -> float:
    """KL(p || q) of two distributions over n outcomes: 0 log 0 is 0, and +inf where q is 0 and p is not.

    Raises ValueError when p or q has a negative entry or a sum more than 1e-8 away from 1, or when shapes differ.
    Source: Deep Learning 2024, homework 4, problem 6.2.
    """
    raise NotImplementedError


def convexity_gap(lam: float, p1: "n", p2: "n", q1: "n", q2: "n") -> float:
    """How far the divergence of the mixtures lies below the mixture of the divergences.

    That is lam KL(p1 || q1) + (1 - lam) KL(p2 || q2) - KL(lam p1 + (1 - lam) p2 || lam q1 + (1 - lam) q2); all entries
    are positive. Raises ValueError when lam is not in [0, 1], and as `kl_discrete` does. Source: Deep Learning 2024,
    homework 4, problem 6.2.
    """
    raise NotImplementedError


def log_sum_slack(a: "k", b: "k") -> float:
    """Left side less right side of the log-sum inequality, for positive numbers that need not sum to 1.

    The left side is the sum of a_i log(a_i / b_i), the right side is A log(A / B) with the sums A of a and B of b.
    Source: Deep Learning 2024, homework 4, problem 6.2.
    """
    raise NotImplementedError


def equality_example(n: int, rng: np.random.Generator) -> "tuple of four n":
    """Distributions (p1, p2, q1, q2) over n >= 3 outcomes whose convexity gap is 0 for every lam in [0, 1].

    All entries are positive, and neither p1 and p2 nor q1 and q2 are nearly the same: absolute differences sum to at
    least 1e-3. Any such example will do; rng is there for those who want to draw one. Source: Deep Learning 2024,
    homework 4, problem 6.2.
    """
    raise NotImplementedError


def fit_inclusive(weights: "K", means: "K", sds: "K") -> "tuple of float, float":
    """(mu, sigma) of the Gaussian q that minimises KL(p || q) for the mixture p; sigma is a standard deviation.

    There is a closed form. Raises ValueError when weights has a negative entry or a sum more than 1e-8 away from 1, and
    when an entry of sds is not positive. Source: Deep Learning 2024, homework 4, problem 6.3.
    """
    raise NotImplementedError


def fit_exclusive(weights: "K", means: "K", sds: "K") -> "tuple of float, float":
    """(mu, sigma) of the Gaussian q that minimises KL(q || p) for the mixture p: the best of all local minima.

    There is no closed form. Expectations under q want a quadrature, or a million draws at least: with 10,000 draws the
    result is off by 0.03. One fit may take 5 seconds. Raises ValueError as `fit_inclusive` does. Source: Deep Learning
    2024, homework 4, problem 6.3.
    """
    raise NotImplementedError


def kl_to_target(mu: float, sigma: float, weights: "K", means: "K", sds: "K") -> float:
    """KL(N(mu, sigma^2) || p) for the mixture p, within 1e-5; sigma goes from 0.05 to 8.

    Must stay right where p is 0 in floating point. Source: Deep Learning 2024, homework 4, problem 6.3.
    """
    raise NotImplementedError


def forward_kl_objective(log_joint: "K", log_q: "K") -> float:
    """What to maximise over q in order to minimise KL(p(z | x) || q(z | x)): the expectation of log q under p(z | x).

    z has K values, log_joint is log p(x, z) over them and log_q is log q(z | x). A z with p(z | x) = 0 adds 0 whatever
    its log_q; where p(z | x) > 0 and log_q is -inf, so is the result. Raises ValueError when log_joint is -inf
    throughout. Source: Deep Learning 2024, homework 4, problem 6.4.
    """
    raise NotImplementedError


def forward_kl_objective_snis(log_joint: "S", log_prop: "S", log_q: "S") -> float:
    """The same objective by self-normalised importance sampling from S draws z_s of a proposal.

    The arrays hold log p(x, z_s), the proposal's log density at z_s, and log q(z_s | x). Log weights may be as large or
    as small as 800 either way. Source: Deep Learning 2024, homework 4, problem 6.4.
    """
    raise NotImplementedError
