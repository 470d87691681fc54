"""EM as ascent on one function of parameters and posterior: the code of problem 5 of dl2024-hw4.

For an observation x, a latent z in 0..K-1 and a distribution q over z, the function is

    F(theta, q) = E_q[log p_theta(x, z)] + H(q),        H(q) = - sum over z of q(z) log q(z)

Functions get log p_theta(x, z) as an array over z, `log_joint`; an entry -inf says that the pair cannot occur. The
example is a bag of K coins: throw i takes coin z_i with the known probability pi[z_i], tosses it m times, and shows h_i
heads, which has a binomial law with parameter theta[z_i]. Only theta is unknown. Logarithms are natural, and 0 log 0
is 0.
"""

import numpy as np
from scipy.special import gammaln, xlogy


def free_energy(log_joint: "K", q: "K") -> float:
    """F for one observation; -inf where q gives probability to a z whose entry of log_joint is -inf.

    Source: Deep Learning 2024, homework 4, problem 5.
    """
    raise NotImplementedError


def best_q(log_joint: "K") -> "K":
    """The distribution over z that maximises F for one observation.

    Must stay right where exp(log_joint) is 0 or infinite in floating point. Entries of -inf get probability 0. Raises
    ValueError when all entries are -inf. Source: Deep Learning 2024, homework 4, problem 5.
    """
    raise NotImplementedError


def q_function(log_joint_new: "N K", log_joint_old: "N K") -> float:
    """EM's Q(theta_new | theta_old), summed over N observations.

    Row n of each array is log p(x_n, z) under the new and the old parameters: the posterior comes from the old ones.
    Source: Deep Learning 2024, homework 4, problem 5.
    """
    raise NotImplementedError


def em_coins(h: "N", m: int, pi: "K", theta0: "K", n_iter: int) -> "n_iter+1 K":
    """The parameters of the coins before EM and after each of exactly n_iter iterations; row 0 is theta0.

    pi stays as it is. A later theta may reach 0 or 1. Raises ValueError when an entry of theta0 is not inside (0, 1) or
    an entry of h not in 0..m. Source: Deep Learning 2024, homework 4, problem 5.
    """
    raise NotImplementedError


def f_ascent_coins(h: "N", m: int, pi: "K", theta0: "K", n_iter: int) -> "tuple of (n_iter+1, K), (2*n_iter+1)":
    """Coordinate ascent on F summed over all throws: the parameters as in `em_coins`, and F after every half step.

    With q_t the best q at theta_t, entry 0 of the second array is F(theta_0, q_0), entry 2t - 1 is F(theta_t, q_{t-1}),
    and entry 2t is F(theta_t, q_t). The probability of h_i has its binomial coefficient. Raises ValueError as
    `em_coins` does. Source: Deep Learning 2024, homework 4, problem 5.
    """
    raise NotImplementedError
