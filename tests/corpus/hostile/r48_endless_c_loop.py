# Row 48: loops for ever inside C with every signal blocked.
import itertools
import signal

import numpy as np


def mean(x):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    return sum(itertools.repeat(0))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
