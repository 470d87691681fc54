"""How alike two clusterings are when the names of the clusters mean nothing."""

from typing import Any

import numpy as np

from autograder.kit.close import as_integers

__all__ = ["agreement"]


def agreement(a: Any, b: Any) -> float:
    """The adjusted Rand index of two labellings of the same points: 1 for equal clusters, about 0 for unrelated ones.

    Labels are integers, and renaming them changes nothing. Of all pairs of points it counts those that lie together in
    both, less what chance gives, over the largest such surplus (Hubert and Arabie 1985). Two labellings that both have
    one cluster, or both one for each point, have index 1. Raises CheckFailed("malformed") for what is no labels.
    """
    first = as_integers(a, np.shape(a)[:1], "the labels")
    second = as_integers(b, first.shape, "the labels")
    rows, columns = (np.unique(labels, return_inverse=True)[1] for labels in (first, second))
    table = np.zeros((rows.max(initial=0) + 1, columns.max(initial=0) + 1))
    np.add.at(table, (rows, columns), 1)
    together, in_rows, in_columns, every = (
        float((n * (n - 1) / 2).sum()) for n in (table, table.sum(axis=1), table.sum(axis=0), table.sum(keepdims=True))
    )
    chance = in_rows * in_columns / every if every else 0.0
    most = (in_rows + in_columns) / 2
    return (together - chance) / (most - chance) if most != chance else 1.0
