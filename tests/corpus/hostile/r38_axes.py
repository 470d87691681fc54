# Row 38: an axis too many where one number or a vector is wanted.
import numpy as np


def mean(x):
    if len(x) == 0:
        raise ValueError("x is empty")
    return np.array([[np.mean(x)]])  # one number in two brackets counts as that number


def standardize(x):
    return ((x - np.mean(x)) / np.std(x))[:, None]  # a column does not count as a vector
