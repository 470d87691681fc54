# Row 79: right, but draws and shows a figure at import.
import matplotlib.pyplot as plt
import numpy as np

plt.plot(np.arange(10))
plt.show()


def mean(x):
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
