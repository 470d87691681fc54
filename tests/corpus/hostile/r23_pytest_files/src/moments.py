# Row 23: wrong; the files around it are for pytest.
import numpy as np


def mean(x):
    return 0.0


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
