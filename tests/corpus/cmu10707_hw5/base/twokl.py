import numpy as np
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.special import logsumexp


def forward_gaussian(w, m, s):
    mu = np.sum(w * m)
    second = np.sum(w * (s**2 + m**2))
    return mu, np.sqrt(second - mu**2)


def forward_product(P):
    return P.sum(1), P.sum(0)


def reverse_gaussian(w, m, s, mu0, sd0):
    def objective(x):
        mu, sd = x[0], np.exp(x[1])
        grid = np.linspace(mu - 9 * sd, mu + 9 * sd, 6001)
        logq = -0.5 * ((grid - mu) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2 * np.pi)
        logp = logsumexp(
            np.log(w) - 0.5 * ((grid[:, None] - m) / s) ** 2 - np.log(s) - 0.5 * np.log(2 * np.pi), axis=1
        )
        return np.trapezoid(np.exp(logq) * (logq - logp), grid)

    out = minimize(objective, [mu0, np.log(sd0)], method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-12})
    return out.x[0], np.exp(out.x[1])


def check(p):
    if np.isnan(p).any() or (p < 0).any() or abs(p.sum() - 1) > 1e-8:
        raise ValueError("not a distribution")


def kl(p, q):
    if p.shape != q.shape:
        raise ValueError("shape")
    check(p)
    check(q)
    total = 0.0
    for a, b in zip(p, q):
        if a > 0:
            if b == 0:
                return np.inf
            total += a * np.log(a / b)
    return total


def allowed_support(p, direction):
    if direction == "reverse":
        return p > 0
    if direction == "forward":
        return p > 0
    raise ValueError(direction)
