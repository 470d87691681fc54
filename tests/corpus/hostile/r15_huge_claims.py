# Row 15: announces gigabytes, a head that nests without end, and arrays that were never sent.
import os
import struct

import numpy as np


def mean(x):
    os.write(3, struct.pack(">I", 262_143) + b"\x91" * 262_143)
    return 0.0


def standardize(x):
    os.write(3, struct.pack(">I", 2**31) + b"\xdd\xff\xff\xff\xff" * 10)
    return x
