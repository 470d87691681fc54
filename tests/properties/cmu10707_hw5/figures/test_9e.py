"""Part 9e: the figure of a mixture, its forward fit and its two reverse fits."""

import numpy as np

from autograder.kit import as_array, assert_that

LABELS = ("p", "forward", "reverse_left", "reverse_right")
REACH = 4.6


def test_lines_are_there(student):
    """One axes has the four labelled lines, each of 200 points or more that reach over both modes."""
    for label, (x, _) in lines(student).items():
        assert_that(len(x) >= 200, f"the line {label} has fewer than 200 points", got=f"{len(x)} points")
        assert_that(x.min() <= -REACH and x.max() >= REACH, f"the line {label} does not reach from -4.6 to 4.6")


def test_densities_are_right(student, reference):
    """Each line is the density of the mixture or of the best fit, to a thousandth of its peak."""
    right = reference.fits()
    for label, (x, y) in lines(student).items():
        assert_that(len(x) >= 200, f"the line {label} has fewer than 200 points")
        assert_that(x.min() <= -REACH and x.max() >= REACH, f"the line {label} does not reach from -4.6 to 4.6")
        w, m, s = (np.asarray(value) for value in right[label])
        density = (w * np.exp(-0.5 * ((x[:, None] - m) / s) ** 2) / (s * np.sqrt(2 * np.pi))).sum(axis=1)
        off = float(np.abs(y - density).max() / density.max())
        assert_that(off <= 1e-3, f"the line {label} is off", got=f"{off:.3g} of the peak", ratio=off / 1e-3)


def lines(student):
    """The four lines by label, as arrays x and y."""
    axes = student.two_kl_lines()
    assert_that(isinstance(axes, list) and len(axes) == 1, "the figure must have one axes", got=f"{len(axes)}")
    found = {label: (x, y) for label, x, y in axes[0]}
    missing = [label for label in LABELS if label not in found]
    assert_that(not missing, f"lines are missing: {', '.join(missing)}", got=f"labels {', '.join(found)}"[:200])
    pairs = {label: found[label] for label in LABELS}
    return {label: (as_array(x, np.shape(x), "x"), as_array(y, np.shape(x), "y")) for label, (x, y) in pairs.items()}
