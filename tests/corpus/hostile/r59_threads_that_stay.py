# Row 59: right, but threads that are no daemons run for a minute more, one of them busy.
import threading
import time

import numpy as np


def busy():
    until = time.monotonic() + 60
    while time.monotonic() < until:
        time.sleep(0.01)


threading.Thread(target=time.sleep, args=(60,)).start()
threading.Thread(target=busy).start()


def mean(x):
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
