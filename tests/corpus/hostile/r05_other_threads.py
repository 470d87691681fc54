# Row 5: looks into the frames of other threads, and for tasks of an event loop.
import asyncio
import sys
import threading

import numpy as np


def mean(x):
    if len(sys._current_frames()) > 1 or len(threading.enumerate()) > 1:
        raise RuntimeError("LEAKED another thread's frames")
    if asyncio._get_running_loop() is not None:
        raise RuntimeError("LEAKED an event loop")
    return 0.0


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
