# Row 66: recurses without end, with Python's own limit lifted.
import sys

import numpy as np

sys.setrecursionlimit(10**9)


def mean(x):
    return mean(x) + 1


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
