# Row 51: forks as often as it may (200 tries; children end by themselves after 5 seconds).
import os
import time

import numpy as np

children = 0
for _ in range(200):
    try:
        if os.fork() == 0:
            time.sleep(5)
            os._exit(0)
    except OSError:
        break
    children += 1


def mean(x):
    if children:
        raise RuntimeError(f"BREACH: {children} processes were started")
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
