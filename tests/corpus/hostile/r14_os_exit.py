# Row 14: ends the process in the middle of a call, with success as its status.
import os

import numpy as np


def mean(x):
    os._exit(0)


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
