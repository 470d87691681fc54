"""A right submission to part 2."""

import numpy as np


def outer(a, b):
    return a[:, None] * b[None, :]


class Walk:
    def states(self, n):
        x, found = 0.0, []
        for _ in range(n):
            found.append(x)
            x = 1 + 0.5 * x
        return np.array(found)
