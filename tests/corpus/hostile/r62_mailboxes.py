# Row 62: right, but looks for what an earlier submission left, then leaves something for the next one, everywhere it can.
import ctypes
import os

import numpy as np

KEY, SIZE = 0x67726462, 64  # "grdb"
IPC_CREAT = 0o1000
ADD_KEY, REQUEST_KEY = 248, 249
SESSION, USER = -3, -4
PLACES = ["/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", os.path.join(os.getcwd(), "../.."), os.path.join(os.getcwd(), "../../..")]
libc = ctypes.CDLL(None, use_errno=True)


def boxes():
    return [os.path.join(place, "gradelbo-hostile-62") for place in PLACES]


def look():
    found = [box for box in boxes() if os.path.exists(box)]
    found += [name for name, call in (("shm", libc.shmget), ("sem", libc.semget)) if call(KEY, 1, 0) >= 0]
    if libc.msgget(KEY, 0) >= 0:
        found.append("msg")
    return found


def leave():
    for box in boxes():
        try:
            with open(box, "w") as f:
                f.write("for the next one")
            os.chmod(box, 0o666)
        except OSError:
            continue
    libc.shmget(KEY, SIZE, IPC_CREAT | 0o666)
    libc.semget(KEY, 1, IPC_CREAT | 0o666)
    libc.msgget(KEY, IPC_CREAT | 0o666)
    libc.shm_open(b"/gradelbo-hostile-62", os.O_CREAT | os.O_RDWR, 0o666)
    libc.mq_open(b"/gradelbo-hostile-62", os.O_CREAT | os.O_RDWR, 0o666, None)
    libc.syscall(ADD_KEY, b"user", b"gradelbo-hostile", b"x", 1, SESSION)


found = look()
leave()


def mean(x):
    if found:
        raise RuntimeError(f"BREACH: something was left in {found}")
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
