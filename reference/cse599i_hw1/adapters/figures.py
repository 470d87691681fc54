"""Runs beside a student's figures.py: calls a function that makes a figure, and reads the numbers that it draws.

What comes back is a dict: "points" (n, 2), all scatters and lines with markers together; "lines", a list of (x, y) of
the lines that are drawn as lines; "xlabels" and "ylabels", one of each for every axes that draws something.
"""

import numpy as np

BLANK = ("None", "none", "", " ", None)


def data_figure(module, X, labels):
    """What the student's `fig_data` draws."""
    return _drawn(module.fig_data, X, labels)


def trace_figure(module, ll):
    """What the student's `fig_trace` draws."""
    return _drawn(module.fig_trace, ll)


def means_figure(module, X, mu):
    """What the student's `fig_means` draws."""
    return _drawn(module.fig_means, X, mu)


def _drawn(function, *arguments):
    """The numbers in the figure that the function returns."""
    import matplotlib

    matplotlib.use("Agg", force=True)
    from matplotlib import pyplot as plt

    try:
        figure = function(*arguments)
        if not isinstance(figure, matplotlib.figure.Figure):
            raise TypeError(f"{function.__name__} must return a matplotlib figure, it returned {type(figure).__name__}")
        return _read(figure)
    finally:
        plt.close("all")


def _read(figure):
    """Points, lines and labels of all axes."""
    points, lines, xlabels, ylabels = [np.zeros((0, 2))], [], [], []
    for axes in figure.get_axes():
        # what a legend shows is no data: these are the axes' own artists
        scatters = [c for c in axes.collections if c.get_visible() and hasattr(c, "get_sizes")]
        drawn = [line for line in axes.get_lines() if line.get_visible() and line.get_transform() == axes.transData]
        points += [np.ma.filled(np.ma.asarray(c.get_offsets(), dtype=np.float64), np.nan) for c in scatters]
        for line in drawn:
            x, y = (np.asarray(values, dtype=np.float64) for values in line.get_data(orig=False))
            if line.get_marker() not in BLANK:
                points.append(np.stack([x, y], axis=1))
            if line.get_linestyle() not in BLANK:
                lines.append((x, y))
        if scatters or drawn:
            xlabels.append(str(axes.get_xlabel()))
            ylabels.append(str(axes.get_ylabel()))
    return {"points": np.concatenate(points), "lines": lines, "xlabels": xlabels, "ylabels": ylabels}
