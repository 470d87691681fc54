# Row 34: right values in Fortran order, and as a reversed view.
import numpy as np


def outer(a, b):
    return np.asfortranarray(np.outer(a, b))


class Walk:
    def states(self, n):
        found = [0.0]
        for _ in range(n):
            found.append(found[-1] / 2 + 1)
        return np.array(found[:n][::-1], dtype=">f8")[::-1]
