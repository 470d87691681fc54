import itertools
import math

import numpy as np


def check_w(W):
    W = np.asarray(W, dtype=float)
    if W.ndim != 2 or np.isnan(W).any() or np.isinf(W).any() or W.min() < 0:
        raise ValueError("W")
    return W


def check_rho(rho):
    if not (rho > 0 and rho < 1):
        raise ValueError("rho")


def check_s(s, W):
    s = np.asarray(s)
    if s.shape != (W.shape[1],) or ((s != 0) & (s != 1)).any():
        raise ValueError("s")
    return s


def activation_prob(D, W):
    W = check_w(W)
    D = np.asarray(D)
    if D.ndim != 2 or D.shape[1] != W.shape[0]:
        raise ValueError("D")
    if ((D != 0) & (D != 1)).any():
        raise ValueError("D entries")
    out = np.zeros((len(D), W.shape[1]))
    for n in range(len(D)):
        for j in range(W.shape[1]):
            total = sum(W[i, j] for i in range(len(W)) if D[n, i])
            out[n, j] = -math.expm1(-total)
    return out


def sample(W, rho, n, rng):
    W = check_w(W)
    check_rho(rho)
    nd, ns = W.shape
    D = rng.binomial(1, rho, size=(n, nd))
    S = np.zeros((n, ns), dtype=int)
    fire = 1 - np.exp(-W)
    for i in range(nd):
        fires = rng.random((n, ns)) < fire[i]
        S |= fires & (D[:, [i]] == 1)
    return D, S


def total(s, W, rho):
    nd = len(W)
    mass = 0.0
    on = np.zeros(nd)
    for d in itertools.product((0, 1), repeat=nd):
        a = activation_prob(np.array([d]), W)[0]
        prior = np.prod([rho if x else 1 - rho for x in d])
        given = np.prod(np.where(s == 1, a, 1 - a))
        mass += prior * given
        on += prior * given * np.array(d)
    return mass, on


def log_likelihood(s, W, rho):
    W = check_w(W)
    check_rho(rho)
    s = check_s(s, W)
    mass, _ = total(s, W, rho)
    if mass == 0:
        return -np.inf
    return np.log(mass)


def posterior_marginals(s, W, rho):
    W = check_w(W)
    check_rho(rho)
    s = check_s(s, W)
    mass, on = total(s, W, rho)
    if mass == 0:
        raise ValueError("impossible")
    return on / mass
