# Row 1: tries the places where graders usually keep the reference, by every way to spell them.
import os
import sys

import numpy as np

MARK, BANK = b" ".join([b"BEGIN", b"SOLUTION"]), b" ".join([b"gradelbo", b"bank"])  # not in this file

NAMES = ("moments.py", "homework.toml", "hidden.bank", "seed.txt")


def places():
    above = os.path.dirname(os.path.abspath(__file__))
    for start in (os.getcwd(), above, "/autograder", "/autograder/source", sys.prefix, os.path.dirname(sys.executable)):
        for up in range(8):
            root = os.path.join(start, *[".."] * up)
            for folder in ("", "reference", "reference/tiny_hw", "tests/harness/tiny/reference/tiny_hw", "solution"):
                for name in NAMES:
                    yield os.path.join(root, folder, name)
    for fd in os.listdir("/proc/self/fd"):
        yield f"/proc/self/fd/{fd}/../reference/tiny_hw/moments.py"
    yield f"/proc/{os.getppid()}/cwd/reference/tiny_hw/moments.py"
    yield f"/proc/{os.getppid()}/root/autograder/source/reference/tiny_hw/moments.py"


def mean(x):
    for path in places():
        try:
            text = open(path, "rb").read()
        except OSError:
            continue
        if MARK in text or BANK in text:
            raise RuntimeError("LEAKED " + path)
    return 0.0


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
