import math

import numpy as np


def numbers(value, axes):
    arr = np.array(value, dtype=float)
    if axes == 1 and arr.ndim == 2 and arr.shape[1] == 1 and arr.shape[0] > 1:
        arr = arr[:, 0]
    if arr.ndim != axes:
        raise ValueError("wrong number of axes")
    if not np.isfinite(arr).all():
        raise ValueError("NaN or infinite input")
    return arr


def probs(value, axes=1):
    arr = numbers(value, axes)
    if (arr < 0).any():
        raise ValueError("negative probability")
    if abs(arr.sum() - 1) > 1e-8:
        raise ValueError("does not sum to one")
    return arr


def two(first, second):
    if first.shape != second.shape:
        raise ValueError("different shapes")


def labels(xs, k):
    xs = np.array(xs)
    if xs.ndim != 1 or xs.size == 0:
        raise ValueError("no outcomes")
    if (xs < 0).any() or (xs >= k).any():
        raise ValueError("outcome out of range")
    return xs.astype(int)


def logprobs(value, axes):
    arr = np.array(value, dtype=float)
    if arr.ndim != axes:
        raise ValueError("wrong number of axes")
    if not (abs(np.exp(arr).sum(axis=-1) - 1) <= 1e-8).all():
        raise ValueError("not the logarithm of a distribution")
    return arr


def kl_divergence(p, q):
    p, q = probs(p), probs(q)
    two(p, q)
    total = 0.0
    for a, b in zip(p, q):
        if a == 0:
            continue
        if b == 0:
            return math.inf
        total += a * (math.log(a) - math.log(b))
    return total


def entropy(p):
    p = probs(p)
    return -sum(a * math.log(a) for a in p if a > 0)


def cross_entropy(p, q):
    p, q = probs(p), probs(q)
    two(p, q)
    result = 0.0
    for a, b in zip(p, q):
        if a > 0:
            result += math.inf if b == 0 else -a * math.log(b)
    return result


def certificate_1a(P, Q):
    P, Q = numbers(P, 1), numbers(Q, 1)
    two(P, Q)
    if (P <= 0).any() or (Q <= 0).any():
        raise ValueError("not positive")
    t = Q / P
    return P * (t - 1 - np.log(t))


def kl_conditional(P, Q):
    P, Q = probs(P, 2), probs(Q, 2)
    two(P, Q)
    weights = P.sum(axis=1)
    total = 0.0
    for x in range(P.shape[0]):
        if weights[x] == 0:
            continue
        for y in range(P.shape[1]):
            if P[x, y] == 0:
                continue
            if Q[x, y] == 0:
                return math.inf
            given_p = P[x, y] / P[x].sum()
            given_q = Q[x, y] / Q[x].sum()
            total += weights[x] * given_p * math.log(given_p / given_q)
    return total


def marginal_x(P):
    table = probs(P, 2)
    return table.sum(axis=1)


def decomp_1b(P, Q):
    P, Q = probs(P, 2), probs(Q, 2)
    two(P, Q)
    if (P == 0).any() or (Q == 0).any():
        raise ValueError("an entry is zero")
    px, qx = P.sum(axis=1), Q.sum(axis=1)
    A = np.log(px) - np.log(qx)
    B = np.log(P / px[:, None]) - np.log(Q / qx[:, None])
    return A, B


def empirical(xs, k):
    xs = labels(xs, k)
    counts = np.zeros(k)
    for x in xs:
        counts[x] += 1
    return counts / len(xs)


def avg_log_lik(xs, logp):
    logp = logprobs(logp, 1)
    xs = labels(xs, len(logp))
    return sum(logp[x] for x in xs) / len(xs)


def best_theta(xs, logp_grid):
    grid = logprobs(logp_grid, 2)
    xs = labels(xs, grid.shape[1])
    best, best_value = 0, -math.inf
    for theta, row in enumerate(grid):
        value = sum(row[x] for x in xs)
        if value > best_value:
            best, best_value = theta, value
    return best
