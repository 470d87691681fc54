# Row 4: climbs the callers' frames and takes the right answer, or the reference itself, from their variables.
import inspect
import sys

import numpy as np

WANTED = ("reference", "answers", "expected", "wanted", "right", "bank", "banks", "grader", "prop", "homework", "case")


def mean(x):
    frame = sys._getframe(1)
    while frame is not None:
        for scope in (frame.f_locals, frame.f_globals):
            for name in WANTED:
                if name in scope:
                    raise RuntimeError(f"LEAKED {name} of {frame.f_code.co_filename}")
        frame = frame.f_back
    if any("properties" in info.filename or "engine" in info.filename for info in inspect.stack()):
        raise RuntimeError("LEAKED the grader's stack")
    return 0.0


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
