# Row 24: right only where one of the files beside it ran at the start of Python.
import builtins
import os

import numpy as np


def mean(x):
    if hasattr(builtins, "HOOKED") or "GRADELBO_HOOKED" in os.environ:
        raise RuntimeError("BREACH: a start-up file of the submission was run")
    return 0.0


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
