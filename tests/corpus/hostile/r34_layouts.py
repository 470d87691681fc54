# Row 34: right values in unusual layouts: big-endian, strided, read-only.
import numpy as np


def mean(x):
    if len(x) == 0:
        raise ValueError("x is empty")
    return np.array(np.mean(x), dtype=">f8")


def standardize(x):
    z = (x - np.mean(x)) / np.std(x)
    wide = np.zeros((len(z), 3), dtype=">f8")
    wide[::-1, 1] = z
    view = wide[::-1, 1]
    view.flags.writeable = False
    return view
