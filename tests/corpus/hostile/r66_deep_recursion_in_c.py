# Row 66: recurses through C, where Python does not count.
import sys

import numpy as np

sys.setrecursionlimit(10**9)


class Deep:
    def __getattr__(self, name):
        return repr(self)

    def __repr__(self):
        return sorted([self, self], key=lambda one: one.name)


def mean(x):
    return repr(Deep())


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
