# Row 72: one function has another name than the one that was asked for.
import numpy as np


def men(x):
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
