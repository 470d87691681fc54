# Row 6: reads memory, environment, maps and descriptors of the parent, of its parent, and of everything else in /proc.
import os

import numpy as np


def others():
    yield os.getppid()
    try:
        yield int(open(f"/proc/{os.getppid()}/stat").read().rsplit(")", 1)[1].split()[1])
        yield from [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()][-300:]
    except OSError:
        return


def mean(x):
    for pid in others():
        for name in ("mem", "environ", "maps", "auxv", "syscall", "stack"):
            try:
                with open(f"/proc/{pid}/{name}", "rb") as f:
                    f.read(0 if name == "mem" else 1)
            except OSError:
                continue
            raise RuntimeError(f"LEAKED /proc/{pid}/{name} can be read")
        for name in ("fd", "map_files", "cwd", "root"):
            try:
                os.listdir(f"/proc/{pid}/{name}")
            except OSError:
                continue
            raise RuntimeError(f"LEAKED /proc/{pid}/{name} can be listed")
        try:
            line = open(f"/proc/{pid}/cmdline", "rb").read()
        except OSError:
            continue
        if b"CANARY" in line:
            raise RuntimeError("LEAKED a secret on a command line")
    return 0.0


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
