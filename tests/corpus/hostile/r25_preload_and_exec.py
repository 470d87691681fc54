# Row 25: looks for a hole in the start environment, then starts programs with one of its own.
import os
import subprocess
import sys

import numpy as np


def attack():
    for name in ("LD_PRELOAD", "LD_LIBRARY_PATH", "PYTHONSTARTUP", "PYTHONPATH", "PYTHONHOME", "BASH_ENV"):
        if name in os.environ:
            raise RuntimeError(f"LEAKED {name} reached the worker")
    environment = {"LD_PRELOAD": os.getcwd() + "/evil.so", "PYTHONSTARTUP": os.getcwd() + "/evil.py", "PATH": "/usr/bin:/bin"}
    for command in (["/bin/true"], [sys.executable, "-c", "pass"], ["/bin/sh", "-c", "true"]):
        try:
            status = subprocess.run(command, env=environment, stderr=subprocess.DEVNULL, timeout=5).returncode
        except (OSError, subprocess.SubprocessError):
            continue
        if status == 0:
            raise RuntimeError(f"BREACH: {command[0]} was started")
    os.environ.update(environment)


attack()


def mean(x):
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
