import numpy as np
from matplotlib.figure import Figure


def axes():
    figure = Figure()
    ax = figure.add_subplot()
    ax.set(xlabel="horizontal", ylabel="vertical")
    return figure, ax


def fig_data(X, labels):
    figure, ax = axes()
    for (x, y), k in zip(X, labels):
        ax.scatter([x], [y], color=f"C{k}")
    return figure


def fig_trace(ll):
    figure, ax = axes()
    ll = np.asarray(ll)
    k = np.arange(len(ll)) if len(ll) <= 1000 else np.arange(0, len(ll), 20)
    ax.semilogx(k, ll[k])
    return figure


def fig_means(X, mu):
    figure, ax = axes()
    ax.scatter(X[:, 0], X[:, 1])
    ax.plot(mu[:, 0], mu[:, 1], "kx", label="means")
    ax.plot(mu[:, 0], mu[:, 1], "w+", markersize=3)
    ax.legend()
    return figure
