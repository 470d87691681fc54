# Row 54: right, but opens files until it may not, and fills its folder with 120 MB and every shared one with what it may.
import os
import tempfile

import numpy as np

opened = []
try:
    for _ in range(2000):
        opened.append(open("/dev/null"))
except OSError:
    pass
for f in opened:
    f.close()
left = 120
for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm"):
    for number in range(20):
        if left <= 0:
            break
        try:
            with open(os.path.join(folder, f"gradelbo-hostile-54-{number}"), "wb") as f:
                f.write(b"x" * 10_000_000)
                left -= 10
        except OSError:
            break
    left += 30


def mean(x):
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
