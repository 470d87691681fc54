import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm

w, m, s = [0.6, 0.4], [-3.0, 3.0], 0.8


def p(x):
    return w[0] * norm.pdf(x, m[0], s) + w[1] * norm.pdf(x, m[1], s)


def reverse(start):
    def f(v):
        x = np.linspace(v[0] - 9 * np.exp(v[1]), v[0] + 9 * np.exp(v[1]), 4001)
        logq = norm.logpdf(x, v[0], np.exp(v[1]))
        logp = np.logaddexp(np.log(w[0]) + norm.logpdf(x, m[0], s), np.log(w[1]) + norm.logpdf(x, m[1], s))
        return np.trapezoid(np.exp(logq) * (logq - logp), x)

    v = minimize(f, [start, np.log(0.8)]).x
    return v[0], np.exp(v[1])


def two_kl_figure():
    x = np.linspace(-8, 8, 500)
    fig, ax = plt.subplots()
    ax.plot(x, p(x), "k", label="p")
    mean = np.dot(w, m)
    sd = np.sqrt(s**2 + np.dot(w, (np.array(m) - mean) ** 2))
    ax.plot(x, norm.pdf(x, mean, sd), label="forward")
    ax.plot(x, norm.pdf(x, *reverse(-3.0)), "--", label="reverse_left")
    ax.plot(x, norm.pdf(x, *reverse(3.0)), "--", label="reverse_right")
    ax.axvline(0, label="middle")
    ax.legend()
    return fig
