"""Runs beside a student's figures.py: turns a figure into plain data, its lines as arrays and its texts."""

import numpy as np

LINES, POINTS = 40, 20_000  # of one pair of axes, of one line


def fig_kl(module):
    """What the student's figure shows, axes by axes: lines (x, y, label), legend texts, and the label of the x axis."""
    figure = module.fig_kl()
    if not hasattr(figure, "axes"):
        raise TypeError("fig_kl must return a matplotlib Figure")
    return [_axes(axes, figure.legends) for axes in figure.axes]


def _axes(axes, others):
    """One pair of axes; a legend of the whole figure counts for each."""
    legends = [legend for legend in (axes.get_legend(), *others) if legend is not None]
    return {
        "lines": [_line(line) for line in axes.get_lines()[:LINES]],
        "legend": [text.get_text() for legend in legends for text in legend.get_texts()],
        "xlabel": axes.get_xlabel(),
    }


def _line(line):
    """The points of one line and its label."""
    x, y = (np.asarray(values, dtype=float)[:POINTS] for values in (line.get_xdata(), line.get_ydata()))
    return {"x": x, "y": y, "label": str(line.get_label())}
