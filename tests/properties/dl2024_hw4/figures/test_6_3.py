"""Part 6.3, figure: three densities as lines, told apart by the legend."""

import re

import numpy as np

from autograder.kit import as_array, assert_that

FITS = {"inclusive": (1 / 3, np.sqrt(17 / 9)), "exclusive": (0.321885795, 1.353293465)}
NEAR = 0.0018  # the two fits differ by 0.0047 at most, so that no line can be both
WORDS = {
    "inclusive": r"inclusive|forward|moment|kl\s*\(\s*p",
    "exclusive": r"exclusive|reverse|kl\s*\(\s*q",
}


def test_figure_has_three_lines(student):
    """The figure has at least three lines of 200 points or more that go from -4 to 4."""
    found = long_lines(student.fig_kl())
    assert_that(len(found) >= 3, "the figure needs three lines from -4 to 4 of 200 points each", got=f"{len(found)}")


def test_shows_the_mixture(student):
    """One line is the density of the mixture."""

    def density(x):
        return normal(x, -1.0, 1.0) / 3 + 2 * normal(x, 1.0, 1.0) / 3

    assert_shown(student, density, "the mixture")


def test_shows_the_inclusive_fit(student):
    """One line is the density of the inclusive fit."""
    assert_shown(student, lambda x: normal(x, *FITS["inclusive"]), "the inclusive fit")


def test_shows_the_exclusive_fit(student):
    """One line is the density of the exclusive fit."""
    assert_shown(student, lambda x: normal(x, *FITS["exclusive"]), "the exclusive fit")


def test_legend_tells_them_apart(student):
    """The legend has three different texts, and names the inclusive and the exclusive fit."""
    texts = [{text.strip().lower() for text in axes["legend"] if text.strip()} for axes in student.fig_kl()]
    assert_that(any(len(found) >= 3 for found in texts), "no legend has three different texts")
    named = [all(any(re.search(word, text) for text in found) for word in WORDS.values()) for found in texts]
    assert_that(any(named), "the legend does not name both fits: inclusive (forward) and exclusive (reverse)")


def test_x_axis_is_labelled(student):
    """The x axis below the lines has a label."""
    labels = [axes["xlabel"].strip() for axes in student.fig_kl() if len(axes["lines"]) >= 3]
    assert_that(any(labels), "the x axis has no label")


def long_lines(figure):
    """The lines from -4 to 4 with 200 points or more."""
    found = []
    for line in (line for axes in figure for line in axes["lines"]):
        x = as_array(line["x"], np.shape(line["x"]), "x of a line", infinite=True)
        y = as_array(line["y"], x.shape, "y of a line", infinite=True)
        if len(x) >= 200 and x.min() <= -4 + 1e-9 and x.max() >= 4 - 1e-9:
            found.append((x, y))
    return found


def assert_shown(student, density, what):
    """Some line has the values of this density at its own points."""
    gaps = [float(np.abs(y - density(x)).max()) for x, y in long_lines(student.fig_kl())]
    nearest = min(gaps, default=np.inf)
    assert_that(nearest <= NEAR, f"no line is the density of {what}", got=f"the nearest is {nearest:.3g} off")


def normal(x, mean, sd):
    """The density of N(mean, sd^2)."""
    return np.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * np.sqrt(2 * np.pi))
