"""Part 2: an outer product, and a walk whose every state follows from the one before."""

import numpy as np


def outer(a: "n", b: "m") -> "n m":
    """The outer product of a and b, shape (n, m)."""
    raise NotImplementedError


class Walk:
    """A walk that starts at 0 and follows x -> x / 2 + 1."""

    def states(self, n: int) -> "n":
        """The first n states, shape (n,)."""
        raise NotImplementedError
