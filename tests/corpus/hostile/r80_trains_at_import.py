# Row 80: right, but works for seven seconds at import.
import time

import numpy as np

until = time.process_time() + 7
while time.process_time() < until:
    np.linalg.svd(np.ones((50, 50)))


def mean(x):
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
