# Row 13: leaves by sys.exit in one function and by KeyboardInterrupt in the other.
import sys


def mean(x):
    sys.exit(0)


def standardize(x):
    raise KeyboardInterrupt
