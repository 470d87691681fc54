# Row 79: asks a question at import.
import numpy as np

n = int(input("how many? "))


def mean(x):
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
