# Row 55: prints 100 MB to both streams at import and 50 MB in one call; the answers are right.
import os

import numpy as np

junk = b"flood " * 170_000


def flood(megabytes):
    for _ in range(megabytes // 2):
        os.write(1, junk)
        os.write(2, junk)


flood(100)


def mean(x):
    global flood
    flood(50)
    flood = lambda megabytes: print("more")
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
