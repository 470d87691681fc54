# Row 39: returns views of its input and of one buffer that every call writes into.
import numpy as np

buffer = np.zeros(64)


def mean(x):
    if len(x) == 0:
        raise ValueError("x is empty")
    x[0] = np.mean(x)
    return x[:1]


def standardize(x):
    out = buffer[: len(x)]
    out[:] = (x - np.mean(x)) / np.std(x)
    return out
