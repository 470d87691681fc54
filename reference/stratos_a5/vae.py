"""A sentence VAE with two codes y and z: the code of parts 2.1 and 2.2 of stratos-a5.

A sentence x has two codes with priors of their own. Given x, q(y, z | x) = q(y | x) q(z | x) stands in for the
posterior, and the lower bound on log p(x) is the expected log p(x | y, z) under q, less one KL divergence for each
code. Logarithms are natural. Part 2.1 works with codes of finitely many values (numpy), part 2.2 with Gaussian codes
(torch, float64). `var` always is the variance sigma^2; networks inside of a model may of course work with its
logarithm.
"""

import numpy as np
import torch


def elbo_terms(q_y: "A", q_z: "B", p_y: "A", p_z: "B", log_px: "A B") -> "tuple of three floats":
    """The terms (reconstruction, KL_y, KL_z) of the bound for one sentence: the bound is the first less the other two.

    y has A values and z has B; log_px[a, b] = log p(x | y = a, z = b). 0 log 0 counts as 0, and so does an entry of
    log_px that is -inf where q gives no probability; where q gives some, the reconstruction is -inf. A KL divergence
    is +inf where q has probability and p has none. Raises ValueError when one of the four is not a distribution (a
    negative entry, or a sum that is more than 1e-8 away from 1) or when the shapes do not fit. Source: Stratos,
    assignment 5, problem 2.1.
    """
    # BEGIN SOLUTION
    q_y, q_z, p_y, p_z, log_px = (np.asarray(value, dtype=float) for value in (q_y, q_z, p_y, p_z, log_px))
    if q_y.ndim != 1 or q_z.ndim != 1 or p_y.shape != q_y.shape or p_z.shape != q_z.shape:
        raise ValueError("q and p of a code must be vectors of one length")
    if log_px.shape != (len(q_y), len(q_z)):
        raise ValueError(f"log_px has shape {log_px.shape}, expected {(len(q_y), len(q_z))}")
    for p in (q_y, q_z, p_y, p_z):
        if not (p >= 0).all() or not abs(p.sum() - 1) <= 1e-8:
            raise ValueError("a distribution has a negative entry or does not sum to 1")
    weight = np.outer(q_y, q_z)
    inside = weight > 0
    return float((weight[inside] * log_px[inside]).sum()), _kl(q_y, p_y), _kl(q_z, p_z)
    # END SOLUTION


def reparameterize(mu: "d", var: "d", eps: "d") -> "d":
    """The sample of N(mu, diag(var)) that standard normal noise eps stands for; differentiable in mu and var.

    Raises ValueError when an entry of var is not positive or the shapes differ. Source: Stratos, assignment 5, 2.2.
    """
    # BEGIN SOLUTION
    if mu.shape != var.shape or eps.shape != mu.shape:
        raise ValueError(f"shapes {tuple(mu.shape)}, {tuple(var.shape)} and {tuple(eps.shape)} differ")
    _check_positive(var)
    return mu + torch.sqrt(var) * eps
    # END SOLUTION


def kl_to_standard_normal(mu: "... d", var: "... d") -> "...":
    """KL(N(mu, diag(var)) || N(0, I)), summed over the last axis; differentiable in mu and var.

    Raises ValueError when an entry of var is not positive or the shapes differ. Source: Stratos, assignment 5, 2.2.
    """
    # BEGIN SOLUTION
    if mu.shape != var.shape:
        raise ValueError(f"shapes {tuple(mu.shape)} and {tuple(var.shape)} differ")
    _check_positive(var)
    return 0.5 * (var + mu**2 - 1 - torch.log(var)).sum(dim=-1)
    # END SOLUTION


def elbo_single_sample(log_px, mu_y: "d", var_y: "d", mu_z: "d", var_z: "d", eps_y: "d", eps_z: "d") -> "scalar tensor":
    """The bound with one reparameterised sample of each code for the reconstruction, and both KL terms in closed form.

    q(y | x) = N(mu_y, diag(var_y)), q(z | x) = N(mu_z, diag(var_z)), both priors are N(0, I). log_px(y, z) is a
    function that gives log p(x | y, z) as a scalar tensor. The result must be differentiable in the four parameters
    and in whatever log_px depends on. Raises ValueError as the two functions above do. Source: Stratos, assignment 5,
    2.2.
    """
    # BEGIN SOLUTION
    y = reparameterize(mu_y, var_y, eps_y)
    z = reparameterize(mu_z, var_z, eps_z)
    return log_px(y, z) - kl_to_standard_normal(mu_y, var_y) - kl_to_standard_normal(mu_z, var_z)
    # END SOLUTION


# BEGIN SOLUTION
def _kl(q, p):
    """KL(q || p) with 0 log 0 = 0."""
    inside = q > 0
    with np.errstate(divide="ignore"):
        return float((q[inside] * np.log(q[inside] / p[inside])).sum())


def _check_positive(var):
    """ValueError unless every variance is positive."""
    if not bool((var > 0).all()):
        raise ValueError("a variance is not positive")


# END SOLUTION
