# Row 21: spoils what the worker itself runs on; costs its own functions, nobody else's.
import builtins

import numpy as np

builtins.isinstance = lambda *args: True
builtins.len = lambda *args: 0


def mean(x):
    return 0.0


def standardize(x):
    return x
