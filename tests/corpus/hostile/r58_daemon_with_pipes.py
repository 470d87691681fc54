# Row 58: right, but a daemon keeps the pipes open for 30 seconds.
import os
import time

import numpy as np

try:
    if os.fork() == 0:
        os.setsid()
        time.sleep(30)
        os._exit(0)
except OSError:
    pass


def mean(x):
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
