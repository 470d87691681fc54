# Row 69: does not compile.
import numpy as np


def mean(x)
    return np.mean(x)
