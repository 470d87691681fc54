# Row 8: looks for hypothesis' database, pytest's cache and saved arrays.
import os
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
        found = list(files((".npz", ".bank", "lastfailed", "nodeids"), 1.5))
    except OSError:
        return
    for path in found:
        if "hidden" in path or "tiny" in path or b"tiny-hw" in open(path, "rb").read(4096):
            raise RuntimeError("LEAKED " + path)
    for up in range(8):
        for name in (".hypothesis", ".pytest_cache"):
            folder = os.path.join(*[".."] * (up + 1), name)
            if os.path.isdir(folder) and os.listdir(folder):
                raise RuntimeError("LEAKED " + folder)


attack()


def mean(x):
    return 0.0


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
