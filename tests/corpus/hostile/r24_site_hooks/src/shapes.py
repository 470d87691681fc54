import numpy as np


def outer(a, b):
    return np.outer(a, b)


class Walk:
    def states(self, n):
        found = [0.0]
        for _ in range(n):
            found.append(found[-1] / 2 + 1)
        return np.array(found[:n])
