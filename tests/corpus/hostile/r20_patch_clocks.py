# Row 20: stops every clock and every alarm in reach, then hangs.
import signal
import threading
import time

import numpy as np


def mean(x):
    for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time", "clock_gettime"):
        setattr(time, name, lambda *args: 0.0)
    signal.alarm(0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.alarm = signal.setitimer = lambda *args: 0
    threading.Timer = None
    while True:
        pass


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
