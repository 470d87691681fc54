# Row 57: raises an exception that cannot be printed, and one of 50 MB.
class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError("no")

    __repr__ = __format__ = __str__


def mean(x):
    raise Unprintable


def standardize(x):
    raise ValueError("x" * 50_000_000)
