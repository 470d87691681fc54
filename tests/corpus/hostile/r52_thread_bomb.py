# Row 52: starts threads until it may not (500 at most); the answers are right.
import threading

import numpy as np

threading.stack_size(64 * 1024)
gate = threading.Event()
for _ in range(500):
    try:
        threading.Thread(target=gate.wait, args=(60,)).start()
    except RuntimeError:
        break


def mean(x):
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
