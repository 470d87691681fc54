"""One E-step and one semi-supervised M-step of a Gaussian mixture: parts 2b and 2c of cs229-ps3.

n unlabelled points x, m labelled points x_tilde with labels z_tilde, any number k of components in any number d of
dimensions. Both functions raise ValueError when shapes do not fit or an entry is NaN or infinite.
"""

import numpy as np


def e_step(x: "n d", phi: "k", mu: "k d", sigma: "k d d") -> "n k":
    """Responsibilities w[i, j] = p(z_i = j | x_i) of the unlabelled points.

    mu[j] and sigma[j] are the mean and the covariance matrix (symmetric, positive definite) of component j. phi is a
    distribution: an entry may be 0, and that component then has responsibility 0. Calculate with logarithms: a point
    may lie so far from every component that each of its densities is 0 in floating point.
    Raises ValueError also when phi has a negative entry or its sum differs from 1 by more than 1e-8.
    Source: CS229 Fall 2020 PS3 2(b).
    """
    # BEGIN SOLUTION
    x, phi, mu, sigma = (_finite(v, name) for v, name in ((x, "x"), (phi, "phi"), (mu, "mu"), (sigma, "sigma")))
    if x.ndim != 2 or phi.ndim != 1:
        raise ValueError("x must have two axes and phi one")
    k, d = len(phi), x.shape[1]
    if mu.shape != (k, d) or sigma.shape != (k, d, d):
        raise ValueError(f"mu has shape {mu.shape} and sigma {sigma.shape}, expected {(k, d)} and {(k, d, d)}")
    _check_distributions(phi, "phi")
    gap = x[:, None, :] - mu  # (n, k, d)
    lower = np.linalg.cholesky(sigma)
    white = np.linalg.solve(lower, gap[..., None])[..., 0]  # (n, k, d)
    with np.errstate(divide="ignore"):
        log_phi = np.log(phi)
    joint = log_phi - np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1) - 0.5 * (white**2).sum(axis=2)
    weights = np.exp(joint - joint.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)
    # END SOLUTION


def m_step(w: "n k", x: "n d", x_tilde: "m d", z_tilde: "m", alpha: float) -> "tuple of (k), (k d), (k d d)":
    """The parameters (phi, mu, sigma) that maximise the semi-supervised lower bound for these responsibilities.

    w holds the responsibilities of the rows of x. z_tilde holds the labels of the rows of x_tilde, integers 0..k-1 with
    one axis: np.array([0, 0, 2]). alpha >= 0 is what a labelled point counts against 1 for an unlabelled one. m may be
    0; then x_tilde has shape (0, d). Every component has a positive total weight.
    Raises ValueError also when a row of w has a negative entry or a sum that differs from 1 by more than 1e-8, when a
    label is not one of 0..k-1, or when alpha is negative.
    Source: CS229 Fall 2020 PS3 2(c).
    """
    # BEGIN SOLUTION
    w, x, x_tilde, z_tilde, alpha = _checked(w, x, x_tilde, z_tilde, alpha)
    points = np.concatenate([x, x_tilde])  # (n + m, d)
    weights = np.concatenate([w, alpha * np.eye(w.shape[1])[z_tilde]])  # (n + m, k)
    count = weights.sum(axis=0)
    mu = weights.T @ points / count[:, None]
    gap = points[:, None, :] - mu  # (n + m, k, d)
    sigma = np.einsum("ij,ijd,ije->jde", weights, gap, gap) / count[:, None, None]
    return count / count.sum(), mu, sigma
    # END SOLUTION


# BEGIN SOLUTION
def _checked(w, x, x_tilde, z_tilde, alpha):
    """The arguments of m_step as arrays that fit, or ValueError."""
    named = ((w, "w"), (x, "x"), (x_tilde, "x_tilde"), (z_tilde, "z_tilde"), (alpha, "alpha"))
    w, x, x_tilde, z_tilde, alpha = (_finite(value, name) for value, name in named)
    if w.ndim != 2 or x.ndim != 2 or len(w) != len(x):
        raise ValueError(f"w has shape {w.shape} and x {x.shape}: both need two axes and as many rows")
    if z_tilde.ndim != 1 or x_tilde.shape != (len(z_tilde), x.shape[1]):
        raise ValueError(f"x_tilde has shape {x_tilde.shape} and z_tilde {z_tilde.shape}, x {x.shape}")
    _check_distributions(w, "a row of w")
    labels = z_tilde.astype(np.int64)
    if not ((labels == z_tilde) & (labels >= 0) & (labels < w.shape[1])).all():
        raise ValueError(f"a label is not one of 0..{w.shape[1] - 1}")
    if alpha.ndim or alpha < 0:
        raise ValueError("alpha must be a number that is not negative")
    return w, x, x_tilde, labels, float(alpha)


def _finite(value, name):
    """The value as a float array of finite numbers, or ValueError."""
    array = np.asarray(value, dtype=float)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} has an entry that is NaN or infinite")
    return array


def _check_distributions(rows, name):
    """ValueError unless the last axis holds distributions."""
    if (rows < 0).any() or (np.abs(rows.sum(axis=-1) - 1) > 1e-8).any():
        raise ValueError(f"{name} is not a distribution")


# END SOLUTION
