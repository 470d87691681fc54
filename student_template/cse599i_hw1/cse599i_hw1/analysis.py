"""Sampling identities, maximum likelihood and a time series as functions: parts 1 to 6 of cse599i-hw1.

Everything is NumPy in float64, logarithms are natural, and randomness comes from the generator `rng` alone. Functions
raise ValueError for what their docstrings name. In part 6 the example is yours: any series that does what is claimed.
"""

import numpy as np


def location_scale(z: "...", mu: float, sigma: float) -> "...":
    """g(z) = mu + sigma z, entry by entry, in the shape of z.

    Raises ValueError when sigma is not positive or not finite. Source: CSE 599i, homework 1, problem 1.
    """
    raise NotImplementedError


def location_scale_inverse(x: "...", mu: float, sigma: float) -> "...":
    """The z with g(z) = x, entry by entry, in the shape of x.

    Raises ValueError when sigma is not positive or not finite. Source: CSE 599i, homework 1, problem 1.
    """
    raise NotImplementedError


def location_scale_log_density(x: "...", mu: float, sigma: float) -> "...":
    """The logarithm of the density of g(z) at x when z is standard normal, in the shape of x.

    Must keep its digits 60 sigma away from mu, where the density itself is 0 in floating point. Raises ValueError when
    sigma is not positive or not finite. Source: CSE 599i, homework 1, problem 1.
    """
    raise NotImplementedError


def location_scale_sample(n: int, mu: float, sigma: float, rng: np.random.Generator) -> "n":
    """n independent draws of g(z), z standard normal.

    Raises ValueError when sigma is not positive or not finite. Source: CSE 599i, homework 1, problem 1.
    """
    raise NotImplementedError


def gumbel_argmax(log_p: "n", z: "S n") -> "S":
    """For every row of z the index x that maximises log_p[x] - log log(1 / z_x); the first one of exact ties.

    log_p need not be normalised and may hold -inf, an index that is never chosen. Nothing is random here. Raises
    ValueError when an entry of z does not lie strictly between 0 and 1, when log_p has a NaN or +inf or nothing but
    -inf, and when the shapes do not fit. Source: CSE 599i, homework 1, problem 2.
    """
    raise NotImplementedError


def sample_gumbel_argmax(log_p: "n", n_samples: int, rng: np.random.Generator) -> "n_samples":
    """n_samples independent indices, each with probability proportional to exp(log_p), by the rule above.

    Raises ValueError when log_p has a NaN or +inf or nothing but -inf. Source: CSE 599i, homework 1, problem 2.
    """
    raise NotImplementedError


def expected_log_score(p: "n", pi: "n") -> float:
    """The expectation of log pi[x] when x follows p, in nats; 0 log 0 counts as 0, and -inf is a possible value.

    Raises ValueError when p or pi is no distribution (a negative entry, or a sum more than 1e-8 away from 1) or when
    their lengths differ. Source: CSE 599i, homework 1, problem 3.
    """
    raise NotImplementedError


def score_gap(p: "n", pi: "n") -> float:
    """By how much the best expected log score over the whole simplex exceeds the one of pi; may be +inf.

    Raises ValueError as `expected_log_score` does. Source: CSE 599i, homework 1, problem 3.
    """
    raise NotImplementedError


def discrete_mle(xs: "N", n: int) -> "n":
    """The distribution over 0..n-1 under which the observations xs are most likely.

    Raises ValueError when xs is empty or has an entry outside 0..n-1. Source: CSE 599i, homework 1, problem 3.
    """
    raise NotImplementedError


def gmm_elbo(X: "n d", q: "n K", pi: "K", mu: "K d") -> float:
    """The lower bound of a mixture of N(mu_k, I) with weights pi, for posteriors q[i, k], in nats and per point.

    It is the mean over the points i of sum_k q[i, k] (log N(x_i; mu_k, I) + log pi[k] - log q[i, k]). 0 log 0 counts
    as 0; where q is positive and pi is 0 the bound is -inf. Raises ValueError when a row of q is no distribution (as
    above, to 1e-8) or when the shapes do not fit. Source: CSE 599i, homework 1, problem 4.
    """
    raise NotImplementedError


def gmm_m_step(X: "n d", q: "n K") -> "tuple of (K), (K, d)":
    """The weights and means (pi, mu) that maximise the bound for these posteriors.

    Raises ValueError when a row of q is no distribution (to 1e-8), when a column of q is 0 everywhere, so that its
    mean is not determined, and when the shapes do not fit. Source: CSE 599i, homework 1, problem 4.
    """
    raise NotImplementedError


def ar1_moments(rho: float, mu: float, sigma: float, T: int) -> "tuple of (T), (T, T)":
    """Mean vector and covariance matrix of (x_1 .. x_T), the process below.

    x_1 is N(mu, sigma^2 / (1 - rho^2)), and x_t = rho (x_{t-1} - mu) + mu + sigma e_t with independent standard normal
    e_t. Raises ValueError when |rho| >= 1, sigma <= 0 or T < 1. Source: CSE 599i, homework 1, problem 5.
    """
    raise NotImplementedError


def ar1_autocovariance(rho: float, sigma: float, k: int) -> float:
    """The covariance of x_t and x_{t+k} for any integer lag k, negative ones included.

    Raises ValueError when |rho| >= 1 or sigma <= 0. Source: CSE 599i, homework 1, problem 5.
    """
    raise NotImplementedError


def ar1_path(e: "n T", rho: float, mu: float, sigma: float) -> "n T":
    """The paths that rows of standard normal noise stand for: x_1 from e[:, 0] by its stationary law, then as above.

    Raises ValueError when |rho| >= 1, sigma <= 0, or e has not two axes or no column. Source: CSE 599i, homework 1,
    problem 5.
    """
    raise NotImplementedError


def example_info() -> dict:
    """What your series does: {"mean": m, "eps": e, "delta": d}, all finite floats.

    Every x_t has mean m, and for all T >= 256 the mean of x_1 .. x_T is more than e away from m with probability at
    least d. Rules: d >= 0.3, and e is at least a quarter of the interquartile range of x_1. Source: CSE 599i, homework
    1, problem 6.
    """
    raise NotImplementedError


def example_paths(n_paths: int, T: int, rng: np.random.Generator) -> "n_paths T":
    """n_paths independent paths x_1 .. x_T of your series; further calls with the same rng give further paths.

    Fourth moments must be finite unless `example_mean_variance` says that the variance is not. Source: CSE 599i,
    homework 1, problem 6.
    """
    raise NotImplementedError


def example_mean_variance(T: int) -> float:
    """The exact expectation of the squared distance of the mean of x_1 .. x_T from m; math.inf is allowed.

    It is asked for T up to 10^12: give a formula, not a simulation. Source: CSE 599i, homework 1, problem 6.
    """
    raise NotImplementedError
