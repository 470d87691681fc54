"""What part 2c derives, as functions: gradients of the lower bound of semi-supervised EM, at any parameters.

The bound, as a function of the parameters alone, is

    sum_ij w[i, j] log p(x_i, z_i = j) + alpha * sum_i log p(x_tilde_i, z_tilde_i)

with natural logarithms. n unlabelled points x, m labelled ones x_tilde with labels z_tilde, k components, d dimensions.
All functions take the same arguments, those of m_step and then the parameters: phi and the parameters are arbitrary,
not the maximiser. For the time being staff grade these functions; write your derivation itself in the report.
"""

import numpy as np


def grad_phi(
    w: "n k", x: "n d", x_tilde: "m d", z_tilde: "m", alpha: float, phi: "k", mu: "k d", sigma: "k d d"
) -> "k":
    """The gradient of the bound in phi, as if its entries were free (no constraint on their sum).

    Source: CS229 Fall 2020 PS3 2(c).
    """
    # BEGIN SOLUTION
    return _weights(w, z_tilde, alpha).sum(axis=0) / phi
    # END SOLUTION


def lagrange(
    w: "n k", x: "n d", x_tilde: "m d", z_tilde: "m", alpha: float, phi: "k", mu: "k d", sigma: "k d d"
) -> float:
    """The Lagrange multiplier of the constraint that phi sums to 1: what every entry of grad_phi is at the best phi.

    Source: CS229 Fall 2020 PS3 2(c).
    """
    # BEGIN SOLUTION
    return float(len(x) + alpha * len(x_tilde))
    # END SOLUTION


def grad_mu(
    w: "n k", x: "n d", x_tilde: "m d", z_tilde: "m", alpha: float, phi: "k", mu: "k d", sigma: "k d d"
) -> "k d":
    """The gradient of the bound in mu, row j for component j.

    Source: CS229 Fall 2020 PS3 2(c).
    """
    # BEGIN SOLUTION
    weights, points = _weights(w, z_tilde, alpha), np.concatenate([x, x_tilde])
    pull = np.einsum("ij,ijd->jd", weights, points[:, None, :] - mu)  # (k, d)
    return np.linalg.solve(sigma, pull[..., None])[..., 0]
    # END SOLUTION


def grad_sigma(
    w: "n k", x: "n d", x_tilde: "m d", z_tilde: "m", alpha: float, phi: "k", mu: "k d", sigma: "k d d"
) -> "k d d":
    """The gradient of the bound in sigma, entry j for component j: symmetric matrices, all d * d entries taken as free.

    In sigma itself, not in its inverse. Source: CS229 Fall 2020 PS3 2(c).
    """
    # BEGIN SOLUTION
    weights, points = _weights(w, z_tilde, alpha), np.concatenate([x, x_tilde])
    gap = points[:, None, :] - mu  # (n + m, k, d)
    scatter = np.einsum("ij,ijd,ije->jde", weights, gap, gap)
    inverse = np.linalg.inv(sigma)
    return 0.5 * (inverse @ scatter @ inverse - weights.sum(axis=0)[:, None, None] * inverse)
    # END SOLUTION


# BEGIN SOLUTION
def _weights(w, z_tilde, alpha):
    """What every point, labelled ones last, counts in every component: (n + m, k)."""
    return np.concatenate([w, alpha * np.eye(w.shape[1])[z_tilde]])


# END SOLUTION
