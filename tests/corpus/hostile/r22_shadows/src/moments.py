# Row 22: right; its neighbours are called like libraries of the grader.
import json

import numpy as np


def mean(x):
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)


assert json.loads('1') == 1
