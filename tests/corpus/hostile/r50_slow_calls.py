# Row 50: right, and within the limit of a call, but every call burns 0.4 seconds.
import time

import numpy as np


def mean(x):
    if len(x) == 0:
        raise ValueError("x is empty")
    until = time.process_time() + 0.4
    while time.process_time() < until:
        pass
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
