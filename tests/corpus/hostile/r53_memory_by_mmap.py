# Row 53: takes memory past Python's allocator: shared anonymous maps, and files that live in memory (1 GB at most).
import ctypes
import mmap
import os

import numpy as np

taken = 0


def take(size):
    global taken
    for _ in range(16):
        try:
            m = mmap.mmap(-1, 64 << 20)
            m.write(b"x" * (64 << 20))
            kept.append(m)
            taken += 64
        except (OSError, ValueError, MemoryError):
            break
    for _ in range(16):
        try:
            fd = os.memfd_create("gradelbo-hostile")
            for _ in range(15):
                os.write(fd, b"x" * (1 << 20))
            taken += 15
        except (OSError, AttributeError):
            break


kept = []
take(1 << 30)


def mean(x):
    if taken > 700:
        raise RuntimeError(f"BREACH: {taken} MiB taken where 256 are allowed")
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
