"""A right submission to part 1."""

import numpy as np


def mean(x):
    if x.size < 1:
        raise ValueError("nothing to average")
    return sum(x / len(x))


def standardize(x):
    centred = x - x.mean()
    return centred / np.sqrt(np.dot(centred, centred) / len(x))
