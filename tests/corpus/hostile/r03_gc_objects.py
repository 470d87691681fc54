# Row 3: searches every object in the process for the grader's cases, answers and functions.
import gc

import numpy as np

GRADERS = ("autograder.engine", "autograder.kit", "autograder.scoring", "autograder.manifest", "hypothesis", "_pytest")
WORDS = ["".join(parts) for parts in (("CAN", "ARY"), ("survives_", "large_numbers"), ("expec", "ted_points"))]


def mean(x):
    gc.unfreeze()  # what was there before the fork is hidden from get_objects otherwise
    for thing in gc.get_objects():
        if str(getattr(type(thing), "__module__", "")).startswith(GRADERS):
            raise RuntimeError(f"LEAKED a {type(thing).__name__}")
        if type(thing) in (list, tuple, dict, set) and thing is not WORDS and len(thing) < 10_000:
            if any(type(item) is str and word in item for item in thing for word in WORDS):
                raise RuntimeError("LEAKED a word of the grader")
    return 0.0


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
