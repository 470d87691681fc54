# Row 41: right, but careless: works in its input.
import numpy as np


def mean(x):
    if len(x) == 0:
        raise ValueError("x is empty")
    x.sort()
    return float(np.mean(x))


def standardize(x):
    x -= x.mean()
    x /= x.std()
    return x
