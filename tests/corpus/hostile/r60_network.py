# Row 60: right, but tries every way onto the network (this machine only).
import socket

import numpy as np


def attack():
    done = []
    for family in (socket.AF_INET, socket.AF_INET6):
        host = "127.0.0.1" if family == socket.AF_INET else "::1"
        try:
            with socket.socket(family, socket.SOCK_STREAM) as listener:
                listener.bind((host, 0))
                listener.listen(1)
                done.append("listen")
        except OSError:
            pass
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"x", (host, 9))
                done.append("send")
        except OSError:
            pass
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as local:
            local.bind("\0gradelbo-hostile")
            done.append("abstract socket")
    except OSError:
        pass
    try:
        socket.create_connection(("127.0.0.1", 1), 0.2).close()
        done.append("connect")
    except ConnectionRefusedError:
        done.append("connect (refused by the other side only)")
    except OSError:
        pass
    return done


done = attack()


def mean(x):
    if done:
        raise RuntimeError(f"BREACH: {done}")
    if len(x) == 0:
        raise ValueError("x is empty")
    return float(np.mean(x))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
