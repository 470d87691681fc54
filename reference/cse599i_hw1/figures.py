"""The figures of part 7 of cse599i-hw1: each function makes a new matplotlib figure of its arguments and returns it.

The grader reads the numbers that a figure draws, not its pixels: points by `scatter` or by a line with markers, curves
by `plot`. Colours, styles and order are yours. Both axes of every figure need a label.
"""

from matplotlib import pyplot as plt
from matplotlib.figure import Figure


def fig_data(X: "n 2", labels: "n") -> Figure:
    """All points in the plane, the components in different colours. Source: CSE 599i, homework 1, problem 7a."""
    # BEGIN SOLUTION
    figure, axes = plt.subplots()
    axes.scatter(X[:, 0], X[:, 1], c=labels, s=4)
    axes.set(xlabel="x_1", ylabel="x_2")
    return figure
    # END SOLUTION


def fig_trace(ll: "n_iter+1") -> Figure:
    """The log-likelihood of every iterate over its number 0 .. n_iter.

    Of a trace longer than 200 you may draw a part, at least 200 of its entries over their numbers. Source: CSE 599i,
    homework 1, problems 7b to 7d.
    """
    # BEGIN SOLUTION
    figure, axes = plt.subplots()
    axes.plot(range(len(ll)), ll)
    axes.set(xlabel="step", ylabel="log-likelihood per point, nats")
    return figure
    # END SOLUTION


def fig_means(X: "n 2", mu: "K 2") -> Figure:
    """All points, and the fitted means among them as markers of their own. Source: as above."""
    # BEGIN SOLUTION
    figure, axes = plt.subplots()
    axes.scatter(X[:, 0], X[:, 1], s=4)
    axes.scatter(mu[:, 0], mu[:, 1], marker="x", c="black")
    axes.set(xlabel="x_1", ylabel="x_2")
    return figure
    # END SOLUTION
