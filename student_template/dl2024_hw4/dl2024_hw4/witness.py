"""Witnesses for the true-or-false problems 1, 2 and 4 of dl2024-hw4: an answer that one could guess, made to count.

Part 2 is torch in float64, the rest NumPy. Logarithms are natural, and `sds` and `sigma` are standard deviations.
"""

import numpy as np
import torch


def mode_seeking_witness() -> "dict of weights (2), means (2), sds (2), q_mean, q_sd":
    """A mixture p of two Gaussians and one Gaussian q that is a local minimum of KL(q || p), near a single mode.

    In one dimension: both weights are at least 0.25, the means are at least 6 times the larger of both sds apart, and q
    has at most 0.01 of its mass beyond the midpoint of the means. At q the derivatives of KL(q || p) in q_mean and in
    log q_sd are below 1e-3, and its matrix of second derivatives in those two is positive definite. So a component of p
    alone will not do: optimise, do not guess. Source: Deep Learning 2024, homework 4, problem 1.
    """
    raise NotImplementedError


def pathwise_gradient(f, mu: float, sigma: float, eps: "S") -> "tuple of float, float":
    """The derivatives in mu and sigma of E f(z), z ~ N(mu, sigma^2), estimated by reparameterisation with noise eps.

    eps is a tensor of S standard normal draws; f takes a tensor of z and gives its values entry by entry, in a way that
    torch can differentiate. The estimate is a mean over the S draws. Source: Deep Learning 2024, homework 4, problem 2.
    """
    raise NotImplementedError


def beta_posterior(W: "D d", s2: float, x: "D", beta: float) -> "tuple of (d), (d, d)":
    """Mean and covariance of the Gaussian q(z | x) that maximises E_q[log p(x | z)] - beta KL(q(z | x) || p(z)).

    The model is x | z ~ N(W z, s2 I) with the prior z ~ N(0, I); q may have any covariance. Raises ValueError when beta
    or s2 is not positive. Source: Deep Learning 2024, homework 4, problem 4.
    """
    raise NotImplementedError
