"""The figure of problem 6.3 of dl2024-hw4: a mixture and the Gaussians nearest to it in either direction."""

import numpy as np
from matplotlib import pyplot as plt
from scipy.stats import norm


def fig_kl() -> "a matplotlib Figure":
    """The densities of p = 1/3 N(-1, 1) + 2/3 N(1, 1), of its inclusive and of its exclusive fit, as three lines.

    Each line has at least 200 points and goes at least from -4 to 4. The legend has three different texts, one of which
    says inclusive (or forward, or moment) and one exclusive (or reverse); the x axis has a label. What else the figure
    shows is up to you: a second pair of axes for the mixture with means -3 and 3 is welcome. You may import your fits
    from kl.py, which lies beside this file. Source: Deep Learning 2024, homework 4, problem 6.3.
    """
    # BEGIN SOLUTION
    x = np.linspace(-6, 6, 1201)
    figure, axes = plt.subplots()
    axes.plot(x, norm.pdf(x, -1) / 3 + norm.pdf(x, 1) / 1.5, label="p")
    axes.plot(x, norm.pdf(x, 1 / 3, 17**0.5 / 3), label="inclusive, min KL(p || q)")
    axes.plot(x, norm.pdf(x, 0.321886, 1.353293), label="exclusive, min KL(q || p)")  # where fit_exclusive ends
    axes.set_xlabel("x")
    axes.legend()
    return figure
    # END SOLUTION
