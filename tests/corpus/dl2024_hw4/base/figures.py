import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import norm


def fig_kl():
    xs = np.arange(-4, 4.001, 0.02)
    p = 1 / 3 * norm.pdf(xs, -1) + 2 / 3 * norm.pdf(xs, 1)
    fig = plt.figure(figsize=(6, 4))
    ax = fig.add_subplot(111)
    ax.plot(xs, p, "k--")
    ax.plot(xs, norm.pdf(xs, 1 / 3, np.sqrt(17 / 9)))
    ax.plot(xs, norm.pdf(xs, 0.3219, 1.3533))
    ax.set_xlabel("$x$")
    fig.legend(["target", "moment matching", "reverse KL"])
    return fig
