# Row 38: a list of lists where an array is wanted counts as that array.
import numpy as np


def outer(a, b):
    return [[float(p * q) for q in b] for p in a]


class Walk:
    def states(self, n):
        found = [0.0]
        for _ in range(n):
            found.append(found[-1] / 2 + 1)
        return found[:n]
