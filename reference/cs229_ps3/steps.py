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
    # BEGIN SOLUTION
    joint = _log_joint(x, phi, mu, sigma)
    return float(_log_sum(joint).sum() + _labelled_term(phi, mu, sigma, x_tilde, z_tilde, alpha))
    # END SOLUTION


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
    # BEGIN SOLUTION
    joint, Q = _log_joint(x, phi, mu, sigma), _finite(Q, "Q")
    if Q.shape != joint.shape:
        raise ValueError(f"Q has shape {Q.shape}, expected {joint.shape}")
    _check_distributions(Q, "a row of Q")
    log_Q = np.log(np.where(Q > 0, Q, 1.0))
    return float((Q * (joint - log_Q)).sum() + _labelled_term(phi, mu, sigma, x_tilde, z_tilde, alpha))
    # END SOLUTION


def e_step(x: "n d", phi: "k", mu: "k d", sigma: "k d d") -> "n k":
    """Responsibilities w[i, j] = p(z_i = j | x_i) of the unlabelled points.

    mu[j] and sigma[j] are the mean and the covariance matrix (symmetric, positive definite) of component j. phi is a
    distribution: an entry may be 0, and that component then has responsibility 0. Calculate with logarithms: a point
    may lie so far from every component that each of its densities is 0 in floating point.
    Raises ValueError also when phi has a negative entry or its sum differs from 1 by more than 1e-8.
    Source: CS229 Fall 2020 PS3 2(b).
    """
    # BEGIN SOLUTION
    return _posterior(_log_joint(x, phi, mu, sigma))
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
    w, x = _finite(w, "w"), _finite(x, "x")
    if w.ndim != 2 or x.ndim != 2 or len(w) != len(x):
        raise ValueError(f"w has shape {w.shape} and x {x.shape}: both need two axes and as many rows")
    _check_distributions(w, "a row of w")
    x_tilde, z_tilde, alpha = _labelled(x_tilde, z_tilde, alpha, w.shape[1], x.shape[1])
    points = np.concatenate([x, x_tilde])  # (n + m, d)
    weights = np.concatenate([w, alpha * np.eye(w.shape[1])[z_tilde]])  # (n + m, k)
    count = weights.sum(axis=0)
    mu = weights.T @ points / count[:, None]
    gap = points - mu[:, None, :]  # (k, n + m, d)
    sigma = (weights.T[..., None] * gap).transpose(0, 2, 1) @ gap / count[:, None, None]
    return count / count.sum(), mu, sigma
    # END SOLUTION


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
    # BEGIN SOLUTION
    table = {"iters_unsup": [], "iters_semi": [], "labels_unsup": [], "labels_semi": []}
    for _ in range(num_trials):
        start = _random_start(x, rng)
        for kind, labelled in (("unsup", (x_tilde[:0], z_tilde[:0])), ("semi", (x_tilde, z_tilde))):
            iterations, w = _run(x, *labelled, *start)
            table[f"iters_{kind}"].append(iterations)
            table[f"labels_{kind}"].append(w.argmax(axis=1))
    return table | {name: np.array(table[name]) for name in ("labels_unsup", "labels_semi")}
    # END SOLUTION


# BEGIN SOLUTION
CLUSTERS, ALPHA, EPS, LAST = 4, 20.0, 1e-3, 1000


def _random_start(x, rng):
    """Equal weights, and the moments of a random split of the points."""
    groups = np.array_split(x[rng.permutation(len(x))], CLUSTERS)
    mu = np.stack([group.mean(axis=0) for group in groups])
    sigma = np.stack([np.cov(group, rowvar=False, bias=True) for group in groups])
    return np.full(CLUSTERS, 1 / CLUSTERS), mu, sigma


def _run(x, x_tilde, z_tilde, phi, mu, sigma):
    """How many iterations EM takes from these parameters, and the responsibilities of its last E-step."""
    joint, previous, change, iterations = _log_joint(x, phi, mu, sigma), None, np.inf, 0
    while change >= EPS and iterations < LAST:
        w = _posterior(joint)
        phi, mu, sigma = m_step(w, x, x_tilde, z_tilde, ALPHA)
        joint = _log_joint(x, phi, mu, sigma)
        value = _log_sum(joint).sum() + _labelled_term(phi, mu, sigma, x_tilde, z_tilde, ALPHA)
        change = np.inf if previous is None else abs(value - previous)
        previous, iterations = value, iterations + 1
    return iterations, w


def _log_joint(x, phi, mu, sigma):
    """log p(x_i, z_i = j), (n, k), with the densities' constants; ValueError for arguments that do not fit."""
    x, phi, mu, sigma = (_finite(v, name) for v, name in ((x, "x"), (phi, "phi"), (mu, "mu"), (sigma, "sigma")))
    if x.ndim != 2 or phi.ndim != 1:
        raise ValueError("x must have two axes and phi one")
    k, d = len(phi), x.shape[1]
    if mu.shape != (k, d) or sigma.shape != (k, d, d):
        raise ValueError(f"mu has shape {mu.shape} and sigma {sigma.shape}, expected {(k, d)} and {(k, d, d)}")
    _check_distributions(phi, "phi")
    lower = np.linalg.cholesky(sigma)
    white = np.linalg.solve(lower, (x - mu[:, None, :]).transpose(0, 2, 1))  # (k, d, n)
    with np.errstate(divide="ignore"):
        log_phi = np.log(phi)
    constant = log_phi - np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1) - 0.5 * d * np.log(2 * np.pi)
    return constant - 0.5 * (white**2).sum(axis=1).T


def _posterior(joint):
    """exp(joint), each row divided by its sum."""
    return np.exp(joint - _log_sum(joint)[:, None])


def _log_sum(joint):
    """log sum_j exp(joint[i, j]), shifted by each row's maximum so that nothing underflows."""
    top = joint.max(axis=1)
    return top + np.log(np.exp(joint - top[:, None]).sum(axis=1))


def _labelled_term(phi, mu, sigma, x_tilde, z_tilde, alpha):
    """alpha times the summed log joint density of the labelled pairs."""
    k, d = np.shape(mu)
    x_tilde, z_tilde, alpha = _labelled(x_tilde, z_tilde, alpha, k, d)
    return alpha * _log_joint(x_tilde, phi, mu, sigma)[np.arange(len(z_tilde)), z_tilde].sum()


def _labelled(x_tilde, z_tilde, alpha, k, d):
    """(x_tilde, z_tilde, alpha) as arrays that fit k components in d dimensions and a float, or ValueError."""
    named = ((x_tilde, "x_tilde"), (z_tilde, "z_tilde"), (alpha, "alpha"))
    x_tilde, z_tilde, alpha = (_finite(value, name) for value, name in named)
    if z_tilde.ndim != 1 or x_tilde.shape != (len(z_tilde), d):
        raise ValueError(f"x_tilde has shape {x_tilde.shape} and z_tilde {z_tilde.shape}, for points in {d} dimensions")
    labels = z_tilde.astype(np.int64)
    if not ((labels == z_tilde) & (labels >= 0) & (labels < k)).all():
        raise ValueError(f"a label is not one of 0..{k - 1}")
    if alpha.ndim or alpha < 0:
        raise ValueError("alpha must be a number that is not negative")
    return x_tilde, labels, float(alpha)


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
