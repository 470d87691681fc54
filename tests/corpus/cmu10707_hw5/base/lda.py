import itertools
import math

import numpy as np
from scipy.special import gammaln


def check_alpha(alpha):
    if alpha.ndim != 1 or np.isnan(alpha).any() or (alpha <= 0).any():
        raise ValueError("alpha")


def check_simplex(p):
    if np.isnan(p).any() or (p < 0).any() or (abs(p.sum(-1) - 1) > 1e-8).any():
        raise ValueError("simplex")


def dirichlet_logpdf(theta, alpha):
    check_alpha(alpha)
    if theta.shape != alpha.shape:
        raise ValueError("shape")
    check_simplex(theta)
    out = gammaln(alpha.sum()) - gammaln(alpha).sum()
    for t, a in zip(theta, alpha):
        if t > 0:
            out += (a - 1) * math.log(t)
        elif a > 1:
            out = -math.inf
        elif a < 1:
            out = math.inf
    return float(out)


def check(alpha, beta):
    check_alpha(alpha)
    if beta.ndim != 2 or len(beta) != len(alpha):
        raise ValueError("beta")
    check_simplex(beta)


def sample(alpha, beta, lengths, rng):
    check(alpha, beta)
    K, V = beta.shape
    thetas, zs, ws = [], [], []
    for L in lengths:
        theta = rng.dirichlet(alpha)
        z = rng.choice(K, size=L, p=theta)
        w = np.array([rng.choice(V, p=beta[k]) for k in z], dtype=int)
        thetas.append(theta)
        zs.append(z)
        ws.append(w)
    return np.array(thetas), zs, ws


def doc_log_likelihood(w, alpha, beta):
    check(alpha, beta)
    K, V = beta.shape
    if w.ndim != 1 or (len(w) and (w.min() < 0 or w.max() >= V)):
        raise ValueError("w")
    total = 0.0
    L = len(w)
    for z in itertools.product(range(K), repeat=L):
        c = np.array([z.count(k) for k in range(K)])
        lp = gammaln(alpha.sum()) - gammaln(alpha.sum() + L)
        lp += np.sum(gammaln(alpha + c) - gammaln(alpha))
        p = math.exp(lp)
        for zi, wi in zip(z, w):
            p *= beta[zi, wi]
        total += p
    return math.log(total) if total > 0 else -math.inf
