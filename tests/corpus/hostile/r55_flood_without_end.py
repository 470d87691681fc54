# Row 55: four threads print without end (for 8 seconds at most) while a call never returns.
import os
import threading
import time

import numpy as np

junk = b"flood " * 10_000


def flood(until):
    while time.monotonic() < until:
        os.write(1, junk)


def mean(x):
    for _ in range(4):
        threading.Thread(target=flood, args=(time.monotonic() + 8,)).start()
    time.sleep(30)


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
