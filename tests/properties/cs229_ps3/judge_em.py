"""Judges clusterings that a student's EM ended with, without knowing where its runs began: part 2f of cs229-ps3."""

import numpy as np
from numpy.typing import NDArray

from autograder.kit import agreement

Array = NDArray[np.float64]
Labels = NDArray[np.int64]

STEPS = 5
CLUSTERS = 4
RIDGE = 1e-9  # a cluster on one point must not stop the judge


def stays(x: Array, labels: Labels) -> float:
    """How alike these labels and those after STEPS iterations of EM without labelled points are, by `agreement`.

    EM begins with the moments of the clusters. Where a run has ended, little moves any more: the index is .96 or more.
    """
    w = np.eye(CLUSTERS)[labels]
    for _ in range(STEPS):
        w = _iterated(x, w)
    return agreement(labels, w.argmax(axis=1))


def _iterated(x: Array, w: Array) -> Array:
    """The responsibilities (n, k) after an M-step from w and an E-step."""
    count = w.sum(axis=0) + RIDGE
    mu = w.T @ x / count[:, None]
    gap = x - mu[:, None, :]  # (k, n, d)
    sigma = (w.T[..., None] * gap).transpose(0, 2, 1) @ gap / count[:, None, None] + RIDGE * np.eye(x.shape[1])
    form = (gap @ np.linalg.inv(sigma) * gap).sum(axis=2).T
    joint = np.log(count) - 0.5 * np.linalg.slogdet(sigma)[1] - 0.5 * form
    weights = np.exp(joint - joint.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]  # numpy gives an array
