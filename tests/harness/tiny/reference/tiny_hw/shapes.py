"""Part 2: an outer product, and a walk whose every state follows from the one before."""

import numpy as np


def outer(a: "n", b: "m") -> "n m":
    """The outer product of a and b, shape (n, m)."""
    # BEGIN SOLUTION
    return np.multiply.outer(a, b)
    # END SOLUTION


class Walk:
    """A walk that starts at 0 and follows x -> x / 2 + 1."""

    def states(self, n: int) -> "n":
        """The first n states, shape (n,)."""
        # BEGIN SOLUTION
        found = [0.0]
        while len(found) < n:
            found.append(step(found[-1]))
        return np.array(found[:n])
        # END SOLUTION


# BEGIN SOLUTION
def step(x: float) -> float:
    """The state after x."""
    return x / 2 + 1


# END SOLUTION
