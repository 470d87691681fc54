# Row 73: wants another argument than it gets.
import numpy as np


def mean(x, weights):
    return float(np.average(x, weights=weights))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
