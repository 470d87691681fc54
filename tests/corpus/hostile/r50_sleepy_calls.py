# Row 50: right, but every call sleeps a while without using the processor.
import time

import numpy as np


def mean(x):
    if len(x) == 0:
        raise ValueError("x is empty")
    time.sleep(0.8)
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
