# Row 25: replaces its own process image by a program that could say anything.
import os

import numpy as np


def mean(x):
    try:
        os.execve("/bin/echo", ["echo", "BREACH: another program was started"], {})
    except OSError:
        return 0.0


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
