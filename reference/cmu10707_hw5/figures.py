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
    # BEGIN SOLUTION
    x = np.linspace(-7, 7, 701)
    figure = Figure()
    axes = figure.subplots()
    axes.plot(x, sum(w * _density(x, m, s) for w, m, s in zip(WEIGHTS, MODES, DEVIATIONS, strict=True)), label="p")
    for label, mu, sd in FITS:
        axes.plot(x, _density(x, mu, sd), label=label)
    axes.legend()
    return figure
    # END SOLUTION


# BEGIN SOLUTION
# by twokl.forward_gaussian and twokl.reverse_gaussian; the oracle finds them again
FITS = (
    ("forward", -0.6, np.sqrt(0.64 + 8.64)),
    ("reverse_left", -2.999313, 0.801303),
    ("reverse_right", 2.998959, 0.801926),
)


def _density(x, mu, sd):
    """The density of N(mu, sd^2)."""
    return np.exp(-0.5 * ((x - mu) / sd) ** 2) / (sd * np.sqrt(2 * np.pi))


# END SOLUTION
