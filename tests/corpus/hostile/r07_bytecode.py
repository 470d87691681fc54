# Row 7: looks for compiled files of the reference or of the tests.
import os
import sys
import time

import numpy as np


def files(wanted, seconds=2.0):
    """Readable files with a wanted name ending, breadth first, outside the system's folders."""
    system = {"proc", "sys", "usr", "lib", "lib64", "bin", "sbin", "dev", "boot", "run", "etc"}
    folders = [os.getcwd(), *("/" + name for name in os.listdir("/") if name not in system)]
    until = time.monotonic() + seconds
    for folder in folders:  # grows while it is read
        if time.monotonic() > until:
            return
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in ("site-packages", "node_modules", "objects", "submission"):
                    folders.append(entry.path)
            elif entry.name.endswith(wanted) and os.access(entry.path, os.R_OK):
                yield entry.path


def attack():
    try:
        found = list(files((".pyc",), 1.5))
    except OSError:
        found = []
    for folder in sys.path:
        if os.path.isdir(os.path.join(folder, "__pycache__")) and "python3" not in folder:
            found += [os.path.join(folder, "__pycache__", name) for name in os.listdir(folder + "/__pycache__")]
    for path in found:
        data = open(path, "rb").read()
        if b"survives_large_numbers" in data or b"tiny_hw" in data:
            raise RuntimeError("LEAKED " + path)


attack()


def mean(x):
    return 0.0


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
