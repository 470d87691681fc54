# Row 15: sends descriptors, credentials and urgent bytes over the reply's socket.
import array
import os
import socket

import numpy as np


def mean(x):
    reply = socket.socket(fileno=os.dup(3))
    null = os.open("/dev/null", os.O_RDONLY)
    for data, ancillary, flags in (
        (b"\x00", [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [null] * 50))], 0),
        (b"!", [], socket.MSG_OOB),
        (b"", [], 0),
    ):
        try:
            reply.sendmsg([data], ancillary, flags)
        except OSError:
            continue
    reply.shutdown(socket.SHUT_RD)
    return 0.0


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
