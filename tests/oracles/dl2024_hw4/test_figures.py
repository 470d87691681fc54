"""The reference's figure draws the mixture and the fits that an optimiser finds, not numbers of its own."""

import math

import numpy as np
import pytest
from matplotlib import pyplot as plt
from scipy.optimize import minimize
from scipy.stats import norm

from reference.dl2024_hw4 import figures


@pytest.fixture(scope="module")
def drawn():
    """The three lines of the figure, by label."""
    figure = figures.fig_kl()
    lines = {line.get_label(): line for line in figure.axes[0].get_lines()}
    yield lines
    plt.close(figure)


def moments(line):
    """Mean and standard deviation of the density that a line shows, by the trapezoid rule."""
    x, y = line.get_xdata(), line.get_ydata()
    mean = np.trapezoid(x * y, x)
    return mean, math.sqrt(np.trapezoid((x - mean) ** 2 * y, x))


def test_every_line_is_a_density(drawn):
    """Three lines, and each integrates to one but for tails below 1e-4."""
    assert len(drawn) == 3
    for line in drawn.values():
        assert np.trapezoid(line.get_ydata(), line.get_xdata()) == pytest.approx(1, abs=1e-4)


def test_p_is_what_sampling_its_parts_gives(drawn):
    """The line of p has the shares of 200 000 draws of the two components in bins of width 1/4, to five deviations."""
    rng = np.random.default_rng(0)
    n = 200_000
    draws = np.where(rng.random(n) < 1 / 3, -1.0, 1.0) + rng.standard_normal(n)
    edges = np.arange(-4, 4.25, 0.25)
    share = np.histogram(draws, edges)[0] / n
    line = drawn["p"]
    cumulated = np.concatenate(
        [[0], np.cumsum(np.diff(line.get_xdata()) * (line.get_ydata()[1:] + line.get_ydata()[:-1]) / 2)]
    )
    expected = np.diff(np.interp(edges, line.get_xdata(), cumulated))
    assert np.all(np.abs(share - expected) <= 5 * np.sqrt(expected / n) + 1e-5)


@pytest.mark.parametrize("label", ["inclusive, min KL(p || q)", "exclusive, min KL(q || p)"])
def test_a_fit_minimises_its_own_divergence(drawn, label):
    """Minimising the direction that the label names, from afar, ends at the line's mean and deviation."""
    x = np.linspace(-14, 14, 2801)
    log_p = np.logaddexp(math.log(1 / 3) + norm.logpdf(x, -1), math.log(2 / 3) + norm.logpdf(x, 1))

    def divergence(v):
        log_q = norm.logpdf(x, v[0], math.exp(v[1]))
        one, other = (log_p, log_q) if label.startswith("inclusive") else (log_q, log_p)
        return np.trapezoid(np.exp(one) * (one - other), x)

    at = minimize(divergence, (0.0, 0.0), method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-12}).x
    np.testing.assert_allclose(moments(drawn[label]), (at[0], math.exp(at[1])), atol=5e-4)
