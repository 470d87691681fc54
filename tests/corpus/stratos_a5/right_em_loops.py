"""Counts in dictionaries, sums in loops, lists returned; the log-likelihood of an iterate from the E step's normalisers."""
from collections import Counter, defaultdict
import math
import numpy as np


def _check(x, V):
    if len(x) == 0 or V < 1:
        raise ValueError("no words")
    for w in x:
        if w < 0 or w >= V:
            raise ValueError("word out of range")


def _ratio(n, d, k):
    return n / d if d > 0 else 1.0 / k


def mle_complete(x, z, V, m):
    _check(x, V)
    if len(x) != len(z) or m < 1 or any(k < 0 or k >= m for k in z):
        raise ValueError("z")
    cz, c, zx, cnt = Counter(), Counter(), Counter(), Counter()
    prev = V
    for w, k in zip(x, z):
        w, k = int(w), int(k)
        cz[prev, k] += 1
        c[prev] += 1
        zx[k, w] += 1
        cnt[k] += 1
        prev = w
    first = [[_ratio(cz[w, k], c[w], m) for k in range(m)] for w in range(V + 1)]
    second = [[_ratio(zx[k, w], cnt[k], V) for w in range(V)] for k in range(m)]
    return [first, second]


def _normalisers(x, A, B):
    V, m = len(A) - 1, len(B)
    if len(A[0]) != m or len(B[0]) != V:
        raise ValueError("shapes")
    _check(x, V)
    rows, prev = [], V
    for w in x:
        rows.append([float(A[prev][k]) * float(B[k][w]) for k in range(m)])
        prev = w
    return rows


def e_step(x, A, B):
    out = []
    for row in _normalisers(x, A, B):
        s = math.fsum(row)
        if s == 0.0:
            raise ValueError("zero probability")
        out.append([v / s for v in row])
    return np.array(out)


def log_likelihood(x, A, B):
    total = 0.0
    for row in _normalisers(x, A, B):
        s = sum(row)
        if s == 0:
            return float("-inf")
        total += math.log(s)
    return total


def log_posterior_path(z, x, A, B):
    g = e_step(x, A, B)
    if len(z) != len(x):
        raise ValueError("length")
    total = 0.0
    for t, k in enumerate(z):
        if not 0 <= k < len(B):
            raise ValueError("class")
        p = g[t][k]
        if p == 0:
            total = -math.inf
        elif total > -math.inf:
            total += math.log(p)
    return total


def m_step(x, gamma, V):
    _check(x, V)
    if len(gamma) != len(x):
        raise ValueError("rows")
    if not all(math.isfinite(v) and v >= 0 for row in gamma for v in row):
        raise ValueError("gamma")
    m = len(gamma[0])
    up, down, emit, mass = defaultdict(float), defaultdict(float), defaultdict(float), [0.0] * m
    prev = V
    for w, row in zip(x, gamma):
        down[prev] += 1
        for k in range(m):
            up[prev, k] += row[k]
            emit[k, w] += row[k]
            mass[k] += row[k]
        prev = w
    A = np.array([[_ratio(up[w, k], down[w], m) for k in range(m)] for w in range(V + 1)])
    B = np.array([[_ratio(emit[k, w], mass[k], V) for w in range(V)] for k in range(m)])
    return A, B


def init_params(V, m, rng):
    A, B = rng.random((V + 1, m)) + 0.05, rng.random((m, V)) + 0.05
    return A / A.sum(1)[:, None], B / B.sum(1)[:, None]


def em(x, V, m, n_iter, init):
    A, B = init
    trace = []
    for _ in range(n_iter):
        rows = _normalisers(x, A, B)
        trace.append(sum(math.log(sum(r)) for r in rows))
        A, B = m_step(x, e_step(x, A, B), V)
    trace.append(log_likelihood(x, A, B))
    return A, B, trace
