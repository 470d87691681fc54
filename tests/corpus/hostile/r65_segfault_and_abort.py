# Row 65: dies of a bad address in one function, of abort in the other.
import ctypes
import os


def mean(x):
    ctypes.string_at(0)


def standardize(x):
    os.abort()
