# Row 53: takes memory and never gives it back (2 GB at most).
import numpy as np

kept = []


def mean(x):
    for _ in range(20):
        kept.append(np.ones(13_000_000))
    return 0.0


def standardize(x):
    for _ in range(20_000):
        kept.append(["x" * 50] * 12_500)
    return x
