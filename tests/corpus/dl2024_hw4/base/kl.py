import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp


def kl_mvn(mu0, Sigma0, mu1, Sigma1):
    d = len(mu0)
    if len(mu1) != d or Sigma0.shape != (d, d) or Sigma1.shape != (d, d):
        raise ValueError("shapes")
    for S in (Sigma0, Sigma1):
        if np.abs(S - S.T).max() > 1e-8 * np.abs(S).max() or np.linalg.eigvalsh(S).min() <= 0:
            raise ValueError("not a covariance")
    inverse = np.linalg.inv(Sigma1)
    gap = mu1 - mu0
    ld0, ld1 = np.linalg.slogdet(Sigma0)[1], np.linalg.slogdet(Sigma1)[1]
    return 0.5 * (np.trace(inverse @ Sigma0) + gap @ inverse @ gap - d + ld1 - ld0)


def check(p):
    if np.any(p < 0) or abs(np.sum(p) - 1) > 1e-8:
        raise ValueError("no distribution")


def kl_discrete(p, q):
    check(p)
    check(q)
    if len(p) != len(q):
        raise ValueError("lengths")
    total = 0.0
    for a, b in zip(p, q):
        if a > 0:
            total += np.inf if b == 0 else a * np.log(a / b)
    return total


def convexity_gap(lam, p1, p2, q1, q2):
    if lam < 0 or lam > 1:
        raise ValueError("lam")
    p, q = lam * p1 + (1 - lam) * p2, lam * q1 + (1 - lam) * q2
    return lam * kl_discrete(p1, q1) + (1 - lam) * kl_discrete(p2, q2) - kl_discrete(p, q)


def log_sum_slack(a, b):
    A, B = sum(a), sum(b)
    return sum(x * np.log(x / y) for x, y in zip(a, b)) - A * np.log(A / B)


def equality_example(n, rng):
    q1 = np.full(n, 1 / n)
    r = np.ones(n)
    r[0], r[1] = 1.5, 0.5
    v = np.zeros(n)
    v[0], v[1], v[2] = 1.0, 1.0, -2.0
    q2 = q1 + v / (8 * n)
    return q1 * r, q2 * r, q1, q2


def checked(weights, means, sds):
    check(weights)
    if np.any(sds <= 0):
        raise ValueError("sds")


def fit_inclusive(weights, means, sds):
    checked(weights, means, sds)
    mu = np.sum(weights * means)
    var = np.sum(weights * (sds**2 + means**2)) - mu**2
    return mu, np.sqrt(var)


def reverse(mu, sigma, weights, means, sds):
    e = np.linspace(-10, 10, 3201)
    phi = np.exp(-(e**2) / 2)
    phi /= phi.sum()
    z = mu + sigma * e
    log_p = logsumexp(-0.5 * ((z[:, None] - means) / sds) ** 2 - np.log(sds), b=weights, axis=1)
    return np.sum(phi * (-np.log(sigma) - e**2 / 2 - log_p))


def fit_exclusive(weights, means, sds):
    checked(weights, means, sds)
    best = None
    starts = [fit_inclusive(weights, means, sds)]
    starts += [(m, s) for m, s in zip(means, sds)]
    for m, s in starts:
        fit = minimize(lambda v: reverse(v[0], np.exp(v[1]), weights, means, sds), [m, np.log(s)], method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-10})
        if best is None or fit.fun < best.fun:
            best = fit
    return best.x[0], np.exp(best.x[1])


def kl_to_target(mu, sigma, weights, means, sds):
    return reverse(mu, sigma, weights, means, sds)


def forward_kl_objective(log_joint, log_q):
    total = logsumexp(log_joint)
    if total == -np.inf:
        raise ValueError("impossible")
    p = np.exp(log_joint - total)
    return np.sum(p[p > 0] * log_q[p > 0])


def forward_kl_objective_snis(log_joint, log_prop, log_q):
    lw = log_joint - log_prop
    w = np.exp(lw - lw.max())
    w = w / w.sum()
    return np.sum(w * log_q)
