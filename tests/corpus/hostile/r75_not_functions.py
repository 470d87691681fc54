# Row 75: a number and a class stand where functions should.
import numpy as np

mean = 3.5


class standardize:
    def __init__(self, x):
        self.z = (x - np.mean(x)) / np.std(x)
