"""EM for a mixture of normals in d dimensions, in numpy."""

import numpy as np


def e_step(x: "n d", weights: "k", means: "k d", covs: "k d d") -> "n k":
    """The probabilities p(component j | x_i), a distribution in each row.

    Must stay right for points whose densities are 0 in floating point.
    """
    # BEGIN SOLUTION
    joint = _log_joint(x, weights, means, covs)
    joint -= joint.max(axis=1, keepdims=True)
    shares = np.exp(joint)
    return shares / shares.sum(axis=1, keepdims=True)
    # END SOLUTION


def m_step(x: "n d", shares: "n k") -> "k, k d, k d d":
    """Weights, means and covariances by these shares of the points; 0.01 is added to each covariance's diagonal."""
    # BEGIN SOLUTION
    counts = shares.sum(axis=0)
    means = shares.T @ x / counts[:, None]
    centred = x[None] - means[:, None]
    covs = np.einsum("nk,kni,knj->kij", shares, centred, centred) / counts[:, None, None]
    return counts / len(x), means, covs + 0.01 * np.eye(x.shape[1])
    # END SOLUTION


def log_likelihood(x: "n d", weights: "k", means: "k d", covs: "k d d") -> float:
    """The mean of log p(x_i); finite for points whose densities are 0 in floating point."""
    # BEGIN SOLUTION
    joint = _log_joint(x, weights, means, covs)
    top = joint.max(axis=1)
    return float(np.mean(top + np.log(np.exp(joint - top[:, None]).sum(axis=1))))
    # END SOLUTION


def run(x: "n d", weights: "k", means: "k d", covs: "k d d", steps: int) -> "k, k d, k d d":
    """Weights, means and covariances after so many rounds of e_step and m_step."""
    # BEGIN SOLUTION
    for _ in range(steps):
        weights, means, covs = m_step(x, e_step(x, weights, means, covs))
    return weights, means, covs
    # END SOLUTION


# BEGIN SOLUTION
def _log_joint(x: "n d", weights: "k", means: "k d", covs: "k d d") -> "n k":
    """log of p(component j) p(x_i | component j)."""
    centred = x[None] - means[:, None]
    solved = np.linalg.solve(covs, centred.transpose(0, 2, 1)).transpose(0, 2, 1)
    distances = (centred * solved).sum(axis=2)
    constants = np.linalg.slogdet(covs)[1] + x.shape[1] * np.log(2 * np.pi)
    return (np.log(weights)[:, None] - (distances + constants[:, None]) / 2).T


# END SOLUTION
