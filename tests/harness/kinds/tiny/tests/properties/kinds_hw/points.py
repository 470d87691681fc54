"""The points of points.csv."""

import numpy as np

NEAR = [(0.1 * i, -0.05 * i * i) for i in range(7)]
FAR = [(4 + 0.1 * i, 4 - 0.03 * i) for i in range(5)]
POINTS = np.array([NEAR[0], FAR[0], *NEAR[1:], *FAR[1:]])
