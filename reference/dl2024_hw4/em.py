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
    # BEGIN SOLUTION
    log_joint, q = np.asarray(log_joint, dtype=float), np.asarray(q, dtype=float)
    kept = np.flatnonzero(q)
    return float(q[kept] @ (log_joint[kept] - np.log(q[kept])))
    # END SOLUTION


def best_q(log_joint: "K") -> "K":
    """The distribution over z that maximises F for one observation.

    Must stay right where exp(log_joint) is 0 or infinite in floating point. Entries of -inf get probability 0. Raises
    ValueError when all entries are -inf. Source: Deep Learning 2024, homework 4, problem 5.
    """
    # BEGIN SOLUTION
    return np.exp(_log_posterior(np.asarray(log_joint, dtype=float)))
    # END SOLUTION


def q_function(log_joint_new: "N K", log_joint_old: "N K") -> float:
    """EM's Q(theta_new | theta_old), summed over N observations.

    Row n of each array is log p(x_n, z) under the new and the old parameters: the posterior comes from the old ones.
    Source: Deep Learning 2024, homework 4, problem 5.
    """
    # BEGIN SOLUTION
    new, old = np.asarray(log_joint_new, dtype=float), np.asarray(log_joint_old, dtype=float)
    weight = np.exp(_log_posterior(old))
    inside = weight > 0
    return float((weight[inside] * new[inside]).sum())
    # END SOLUTION


def em_coins(h: "N", m: int, pi: "K", theta0: "K", n_iter: int) -> "n_iter+1 K":
    """The parameters of the coins before EM and after each of exactly n_iter iterations; row 0 is theta0.

    pi stays as it is. A later theta may reach 0 or 1. Raises ValueError when an entry of theta0 is not inside (0, 1) or
    an entry of h not in 0..m. Source: Deep Learning 2024, homework 4, problem 5.
    """
    # BEGIN SOLUTION
    return f_ascent_coins(h, m, pi, theta0, n_iter)[0]
    # END SOLUTION


def f_ascent_coins(h: "N", m: int, pi: "K", theta0: "K", n_iter: int) -> "tuple of (n_iter+1, K), (2*n_iter+1)":
    """Coordinate ascent on F summed over all throws: the parameters as in `em_coins`, and F after every half step.

    With q_t the best q at theta_t, entry 0 of the second array is F(theta_0, q_0), entry 2t - 1 is F(theta_t, q_{t-1}),
    and entry 2t is F(theta_t, q_t). The probability of h_i has its binomial coefficient. Raises ValueError as
    `em_coins` does. Source: Deep Learning 2024, homework 4, problem 5.
    """
    # BEGIN SOLUTION
    h, pi, theta = (np.asarray(value, dtype=float) for value in (h, pi, theta0))
    if not ((theta > 0) & (theta < 1)).all():
        raise ValueError("an entry of theta0 is not inside (0, 1)")
    if (h < 0).any() or (h > m).any():
        raise ValueError(f"an entry of h is not in 0..{m}")
    joint = _coins(h, m, pi, theta)
    q = np.exp(_log_posterior(joint))
    thetas, values = [theta], [_total(joint, q)]
    for _ in range(n_iter):
        theta = np.clip(q.T @ h / (m * q.sum(axis=0)), 0, 1)  # not past 1 by its last digit
        joint = _coins(h, m, pi, theta)
        values.append(_total(joint, q))
        q = np.exp(_log_posterior(joint))
        values.append(_total(joint, q))
        thetas.append(theta)
    return np.array(thetas), np.array(values)
    # END SOLUTION


# BEGIN SOLUTION
def _log_posterior(log_joint):
    """log_joint, normalised over the last axis."""
    top = log_joint.max(axis=-1, keepdims=True)
    if not np.isfinite(top).all():
        raise ValueError("every entry is -inf: the observation has probability 0")
    with np.errstate(divide="ignore"):
        return log_joint - top - np.log(np.exp(log_joint - top).sum(axis=-1, keepdims=True))


def _coins(h, m, pi, theta):
    """log p(h_i, z_i = k), (N, K)."""
    ways = gammaln(m + 1) - gammaln(h + 1) - gammaln(m - h + 1)
    heads, tails = h[:, None], m - h[:, None]
    return np.log(pi) + ways[:, None] + xlogy(heads, theta) + xlogy(tails, 1 - theta)


def _total(log_joint, q):
    """F summed over all throws."""
    return sum(free_energy(row, weights) for row, weights in zip(log_joint, q, strict=True))


# END SOLUTION
