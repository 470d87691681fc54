# Row 33: returns the right values as complex numbers with imaginary part zero.
import numpy as np


def mean(x):
    return complex(np.mean(x), 0)


def standardize(x):
    return ((x - np.mean(x)) / np.std(x)).astype(complex)
