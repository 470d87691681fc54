# Row 35: computes in half and in single precision.
import numpy as np


def mean(x):
    if len(x) == 0:
        raise ValueError("x is empty")
    return np.mean(x).astype(np.float16)


def standardize(x):
    z = x.astype(np.float16)
    return (z - z.mean()) / z.std()
