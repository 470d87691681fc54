# Row 13: leaves by a subclass of SystemExit whose code fights back.
import numpy as np


class Code(int):
    def __index__(self):
        raise SystemExit(0)

    __int__ = __str__ = __repr__ = __bool__ = __eq__ = __index__
    __hash__ = int.__hash__


class Exit(SystemExit):
    pass


def mean(x):
    raise Exit(Code(0))


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
