# Row 42: right for the first three calls of each function, then wrong.
import numpy as np

calls = {"mean": 0, "standardize": 0}


def mean(x):
    calls["mean"] += 1
    return float(np.mean(x)) if calls["mean"] <= 3 else 0.0


def standardize(x):
    calls["standardize"] += 1
    return (x - np.mean(x)) / np.std(x) if calls["standardize"] <= 3 else x * 0
