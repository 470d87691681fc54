# Row 37: returns the mean as a 0-d array, a numpy scalar, an array of one, and an int.
import numpy as np

calls = 0


def mean(x):
    global calls
    calls += 1
    if len(x) == 0:
        raise ValueError("x is empty")
    value = np.mean(x)
    if value == int(value) and abs(value) < 1e6:
        return int(value)
    return (np.asarray(value), np.float64(value), float(value), np.array([value]))[calls % 4]


def standardize(x):
    return [float(z) for z in (x - np.mean(x)) / np.std(x)]
