"""The reference's figure shows the fits that twokl.py finds."""

import numpy as np
import pytest

from reference.cmu10707_hw5 import figures, fits


def test_the_fits_are_those_of_the_two_divergences():
    """Means and deviations in the figure agree with the optimisation to 1e-5, and every line integrates to one."""
    right = fits.fits()
    for label, mu, sd in figures.FITS:
        assert right[label][1][0] == pytest.approx(mu, abs=1e-5)
        assert right[label][2][0] == pytest.approx(sd, abs=2e-5)
    (axes,) = figures.two_kl_figure().axes
    drawn = {line.get_label(): line for line in axes.get_lines()}
    assert list(drawn) == ["p", "forward", "reverse_left", "reverse_right"]
    for label in ("p", "reverse_left", "reverse_right"):
        assert np.trapezoid(drawn[label].get_ydata(), drawn[label].get_xdata()) == pytest.approx(1, abs=1e-5)
