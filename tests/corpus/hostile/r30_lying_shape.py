# Row 30: returns an array whose class lies about its shape and its type.
import numpy as np


class Small(np.ndarray):
    @property
    def shape(self):
        return (1,)

    @property
    def size(self):
        return 1

    @property
    def nbytes(self):
        return 8


def mean(x):
    return np.ones(4_000_000).view(Small)


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
