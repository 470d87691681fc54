"""Part 1: the mean of a sample, and the sample with mean 0 and variance 1."""

import numpy as np


def mean(x: "n") -> float:
    """The mean of x, shape (n,). Raises ValueError when x is empty."""
    # BEGIN SOLUTION
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))
    # END SOLUTION


def standardize(x: "n") -> "n":
    """x shifted and scaled to mean 0 and variance 1, shape (n,)."""
    # BEGIN SOLUTION
    return (x - spread(x)[0]) / spread(x)[1]
    # END SOLUTION


# BEGIN SOLUTION
def spread(x: "n") -> tuple[float, float]:
    """Mean and standard deviation."""
    return float(np.mean(x)), float(np.std(x))


# END SOLUTION
