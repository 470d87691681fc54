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
    raise NotImplementedError


def m_step(w: "n k", x: "n d", x_tilde: "m d", z_tilde: "m", alpha: float) -> "tuple of (k), (k d), (k d d)":
    """The parameters (phi, mu, sigma) that maximise the semi-supervised lower bound for these responsibilities.

    w holds the responsibilities of the rows of x. z_tilde holds the labels of the rows of x_tilde, integers 0..k-1 with
    one axis: np.array([0, 0, 2]). alpha >= 0 is what a labelled point counts against 1 for an unlabelled one. m may be
    0; then x_tilde has shape (0, d). Every component has a positive total weight.
    Raises ValueError also when a row of w has a negative entry or a sum that differs from 1 by more than 1e-8, when a
    label is not one of 0..k-1, or when alpha is negative.
    Source: CS229 Fall 2020 PS3 2(c).
    """
    raise NotImplementedError
