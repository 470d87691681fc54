"""The figure of part 9e of cmu10707-hw5: a mixture of two Gaussians, and the Gaussians closest to it."""

import numpy as np
from matplotlib.figure import Figure

WEIGHTS, MODES, DEVIATIONS = np.array([0.6, 0.4]), np.array([-3.0, 3.0]), np.array([0.8, 0.8])


def two_kl_figure() -> "matplotlib Figure":
    """A figure with one axes and four lines, the densities of the mixture above and of three fits to it.

    The lines have the labels p, forward (the Gaussian that minimises KL(p || q)), reverse_left and reverse_right (the
    two local minima of KL(q || p) at the modes). Each has at least 200 points, from -4.6 or less to 4.6 or more. More
    lines may be there, with other labels. Source: 10707, two KL divergences; problem 9e.
    """
    raise NotImplementedError
