"""What part 2c derives, as functions: gradients of the lower bound of semi-supervised EM, at any parameters.

The bound, as a function of the parameters alone, is

    sum_ij w[i, j] log p(x_i, z_i = j) + alpha * sum_i log p(x_tilde_i, z_tilde_i)

with natural logarithms. n unlabelled points x, m labelled ones x_tilde with labels z_tilde, k components, d dimensions.
All functions take the same arguments, those of m_step and then the parameters: phi and the parameters are arbitrary,
not the maximiser. Below them stand the derivations of 2a and 3b.
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

    In sigma itself. If you have it in the inverse of sigma, return the pair (gradient, "precision"): the word says so.
    Source: CS229 Fall 2020 PS3 2(c).
    """
    # BEGIN SOLUTION
    weights, points = _weights(w, z_tilde, alpha), np.concatenate([x, x_tilde])
    gap = points[:, None, :] - mu  # (n + m, k, d)
    scatter = np.einsum("ij,ijd,ije->jde", weights, gap, gap)
    inverse = np.linalg.inv(sigma)
    return 0.5 * (inverse @ scatter @ inverse - weights.sum(axis=0)[:, None, None] * inverse)
    # END SOLUTION


def chain_2a() -> "list of (relation, formula)":
    """That an iteration of semi-supervised EM does not lower the objective: from the new parameters to the old ones.

    lj_new and lj_old hold log p(x_i, z_i = j) of the n unlabelled points and k components, as (n, k) arrays, at the
    parameters after and before the iteration; ls_new and ls_old hold log p(x_tilde_i, z_tilde_i) of the m labelled
    points; Q is the posterior that the E-step found at the old parameters, (n, k), and alpha the weight of labelled
    points. Further names: n, k, m. The last line is the objective at the old parameters; it has lj_old, ls_old and
    alpha, not Q. Two milestones: the lower bound with Q at the new parameters, then the lower bound with Q at the old
    parameters, each on a line of its own. To look for them the grader takes rows of Q that are any distributions, and
    new parameters that have nothing to do with the old ones.
    Source: CS229 Fall 2020 PS3 2(a).
    """
    start = ("start", "sum(log(sum(exp(lj_new), 1))) + alpha*sum(ls_new)")
    # BEGIN SOLUTION
    return [
        start,
        ("=", "sum(log(sum(Q*(exp(lj_new)/Q), 1))) + alpha*sum(ls_new)"),
        (">=", "sum(Q*log(exp(lj_new)/Q)) + alpha*sum(ls_new)"),
        (">=", "sum(Q*log(exp(lj_old)/Q)) + alpha*sum(ls_old)"),
        ("=", "sum(Q*log(sum(exp(lj_old), 1))[:, None]) + alpha*sum(ls_old)"),
        ("=", "sum(log(sum(exp(lj_old), 1))) + alpha*sum(ls_old)"),
    ]
    # END SOLUTION


def chain_3b_8() -> "list of (relation, formula)":
    """Equation 8: the lower bound is the expected log-likelihood less the divergence of q from the prior.

    Integrals over z are sums over n quadrature nodes with weights w, which sum to 1: sum(w*f) is the mean of f under q.
    At the nodes lpxz, lpx_z, lpz, lpz_x and lq hold the logarithms of p(x, z), p(x | z), p(z), p(z | x) and q(z); lpx
    is log p(x), a number; n is a name too. The last line has w, lpx_z, lq and lpz: the mean of lpx_z less the
    divergence, which is the mean of lq - lpz. One milestone: a line before the last in which likelihood and prior have
    taken the place of the joint. To look for it the grader takes arrays that have nothing to do with each other and
    weights that do not sum to 1.
    Source: CS229 Fall 2020 PS3 3(b), equation 8.
    """
    start = ("start", "sum(w*(lpxz - lq))")
    # BEGIN SOLUTION
    return [
        start,
        ("=", "sum(w*(lpx_z + lpz - lq))"),
        ("=", "sum(w*lpx_z) - sum(w*(lq - lpz))"),
    ]
    # END SOLUTION


def chain_3b_9() -> "list of (relation, formula)":
    """Equation 9: the lower bound is the log-likelihood of x less the divergence of q from the posterior.

    Names and start are those of chain_3b_8. The last line has lpx, w, lq and lpz_x: lpx less the mean of lq - lpz_x.
    One milestone: a line before the last in which lpx and the posterior have taken the place of the joint, still under
    the mean; the weights' sum is used after it. The grader looks for it as in chain_3b_8.
    Source: CS229 Fall 2020 PS3 3(b), equation 9.
    """
    start = ("start", "sum(w*(lpxz - lq))")
    # BEGIN SOLUTION
    return [
        start,
        ("=", "sum(w*(lpx + lpz_x - lq))"),
        ("=", "lpx*sum(w) - sum(w*(lq - lpz_x))"),
        ("=", "lpx - sum(w*(lq - lpz_x))"),
    ]
    # END SOLUTION


# BEGIN SOLUTION
def _weights(w, z_tilde, alpha):
    """What every point, labelled ones last, counts in every component: (n + m, k)."""
    return np.concatenate([w, alpha * np.eye(w.shape[1])[z_tilde]])


# END SOLUTION
