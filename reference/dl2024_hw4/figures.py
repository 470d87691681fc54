"""The figure of problem 6.3 of dl2024-hw4: a mixture and the Gaussians nearest to it in either direction."""

import numpy as np
from matplotlib import pyplot as plt
from scipy.optimize import minimize
from scipy.stats import norm


def fig_kl() -> "a matplotlib Figure":
    """The densities of p = 1/3 N(-1, 1) + 2/3 N(1, 1), of its inclusive and of its exclusive fit, as three lines.

    Each line has at least 200 points and goes at least from -4 to 4. The legend has three different texts, one of which
    says inclusive (or forward, or moment) and one exclusive (or reverse); the x axis has a label. What else the figure
    shows is up to you: a second pair of axes for the mixture with means -3 and 3 is welcome. You may import your fits
    from kl.py, which lies beside this file. Source: Deep Learning 2024, homework 4, problem 6.3.
    """
    # BEGIN SOLUTION
    means, weights = np.linspace(-1, 1, 2), np.array([1, 2]) / 3
    x = np.linspace(-6, 6, 1201)
    p = norm.pdf(x[:, None], means, 1.0) @ weights
    mu = weights @ means
    sigma = np.sqrt(1 + weights @ (means - mu) ** 2)

    def divergence(at):
        q = norm.pdf(x, at[0], np.exp(at[1]))
        return (q * np.log(q / p)).sum() * (x[1] - x[0])

    mu_q, log_sigma_q = minimize(divergence, (mu, np.log(sigma))).x
    figure, axes = plt.subplots()
    axes.plot(x, p, label="p")
    axes.plot(x, norm.pdf(x, mu, sigma), label="inclusive, min KL(p || q)")
    axes.plot(x, norm.pdf(x, mu_q, np.exp(log_sigma_q)), label="exclusive, min KL(q || p)")
    axes.set_xlabel("x")
    axes.legend()
    return figure
    # END SOLUTION
