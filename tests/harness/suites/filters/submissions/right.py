"""A right submission."""

import numpy as np


class WidthError(ValueError):
    """A width that makes no sense."""


def moving_average(x, width):
    """Means of neighbours."""
    if width < 1:
        raise WidthError("the width must be 1 or more")
    return np.convolve(x, np.ones(width) / width, "valid")


def normalise(x):
    """Mean 0, deviation 1."""
    return (x - x.mean()) / x.std()


def mean_filter(width):
    """A filter as a function with a width."""

    def f(x):
        return moving_average(x, width)

    f.width = width
    return f


class Bank:
    """Filters in a row."""

    def __init__(self, filters):
        self.filters = filters
        self.used = 0

    def run(self, x):
        """All of them."""
        self.used += 1
        for f in self.filters:
            x = f(x)
        return x

    def __iter__(self):
        return iter(self.filters)

    def __len__(self):
        return len(self.filters)


def report(widths):
    """Prints."""
    for name, width in widths.items():
        print(name, width)


def windows(items, width):
    """One at a time."""
    for i in range(len(items) - width + 1):
        yield tuple(items[i : i + width])


def apply(items, width, function):
    """A list of results."""
    return [function(window) for window in windows(items, width)]
