# Row 74: yields instead of returning, and returns a coroutine.
import numpy as np


def mean(x):
    yield float(np.mean(x))


async def standardize(x):
    return (x - np.mean(x)) / np.std(x)
