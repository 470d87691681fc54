# Row 30: returns an honest array far larger than any answer, and one just small enough to cross the wall.
import numpy as np


def mean(x):
    return np.ones(3_000_000)


def standardize(x):
    return np.ones((1000, 1000))
