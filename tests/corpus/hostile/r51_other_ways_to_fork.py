# Row 51: starts processes by multiprocessing, posix_spawn, vfork, clone and clone3.
import ctypes
import multiprocessing
import os
import platform
import signal

import numpy as np

CLONE = {"x86_64": 56, "aarch64": 220}.get(platform.machine(), 56)
VFORK, CLONE3 = 58, 435


def attack():
    started = []
    libc = ctypes.CDLL(None, use_errno=True)
    pid = libc.syscall(CLONE, signal.SIGCHLD, None, None, None, None)
    if pid == 0:
        os._exit(0)
    if pid > 0:
        started.append("clone")
    arguments = (ctypes.c_uint64 * 8)(0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)
    pid = libc.syscall(CLONE3, arguments, 64)
    if pid == 0:
        os._exit(0)
    if pid > 0:
        started.append("clone3")
    try:
        os.posix_spawn("/bin/true", ["true"], {})
        started.append("posix_spawn")
    except OSError:
        pass
    try:
        process = multiprocessing.get_context("fork").Process(target=print)
        process.start()
        started.append("multiprocessing")
        process.join(5)
    except (OSError, RuntimeError):
        pass
    return started


started = attack()


def mean(x):
    if started:
        raise RuntimeError(f"BREACH: processes by {started}")
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
