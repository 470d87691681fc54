"""EM for a Gaussian mixture with a few labels, piece by piece: parts 2a, 2b, 2c and 2f of cs229-ps3.

n unlabelled points x, m labelled points x_tilde with labels z_tilde, any number k of components in any number d of
dimensions. All functions but `compare` raise ValueError when shapes do not fit or an entry is NaN or infinite.
"""

import numpy as np


def objective(x: "n d", phi: "k", mu: "k d", sigma: "k d d", x_tilde: "m d", z_tilde: "m", alpha: float) -> float:
    """What semi-supervised EM raises: sum_i log p(x_i) + alpha * sum_i log p(x_tilde_i, z_tilde_i), natural logarithms.

    mu[j] and sigma[j] are the mean and the covariance matrix (symmetric, positive definite) of component j, phi is a
    distribution without zeros. The labelled term has point and label jointly, so the weight of the label's component
    counts, and both terms have the densities' constants. z_tilde holds integers 0..k-1 with one axis, m may be 0 (then
    x_tilde has shape (0, d)), alpha is not negative. Calculate with logarithms: the densities of a point may all be 0
    in floating point.
    Raises ValueError also when phi has a negative entry or its sum differs from 1 by more than 1e-8, when a label is
    not one of 0..k-1, or when alpha is negative.
    Source: CS229 Fall 2020 PS3 2(a).
    """
    raise NotImplementedError


def lower_bound(
    Q: "n k", x: "n d", phi: "k", mu: "k d", sigma: "k d d", x_tilde: "m d", z_tilde: "m", alpha: float
) -> float:
    """The bound of `objective` that EM raises: sum_ij Q[i, j] (log p(x_i, z_i = j) - log Q[i, j]) for the marginals.

    Row i of Q is any distribution over the components, zeros included: where Q[i, j] is 0, its term is 0. The labelled
    term and the other arguments are those of `objective`.
    Raises ValueError also in the cases of `objective`, and when a row of Q has a negative entry or a sum that differs
    from 1 by more than 1e-8.
    Source: CS229 Fall 2020 PS3 2(a).
    """
    raise NotImplementedError


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


def compare(x: "n d", x_tilde: "m d", z_tilde: "m", rng: np.random.Generator, num_trials: int = 20) -> dict:
    """Runs EM num_trials times without the labels and as often with them, for the comparison of part 2f.

    A trial splits the points x into k groups at random and begins both runs from the groups' sample means and
    covariances, with equal weights phi; k is 4, as z_tilde has labels 0..3. Runs are those of gmm.py: an iteration is
    an E-step, an M-step, the objective; it ends after the first iteration that changes the objective by less than 1e-3,
    and after 1000 at the latest; a labelled point counts alpha = 20 times. Draw from rng only.

    Returns a dict: "iters_unsup" and "iters_semi", lists of the numbers of iterations that the trials took, and
    "labels_unsup" and "labels_semi", integer arrays (num_trials, n): the component with the largest responsibility in
    the last E-step. Work with whole arrays: 20 trials with 980 points may take 20 s.
    Source: CS229 Fall 2020 PS3 2(f).
    """
    raise NotImplementedError
