# Row 29: returns an array of 160 GB that takes eight bytes.
import numpy as np


def mean(x):
    return np.lib.stride_tricks.as_strided(np.zeros(1), (100_000, 200_000), (0, 0))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
