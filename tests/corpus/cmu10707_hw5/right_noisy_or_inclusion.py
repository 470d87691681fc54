"""Inclusion and exclusion over the positive symptoms; symptoms drawn from their conditional."""
from itertools import chain, combinations

import numpy as np


def _W(W):
    if np.ndim(W) != 2 or not np.all(np.isfinite(W)) or np.any(np.asarray(W) < 0):
        raise ValueError("bad W")


def _off(B, W, rho):
    return np.prod(1 - rho + rho * np.exp(-W[:, list(B)].sum(axis=1)))


def activation_prob(D, W):
    _W(W)
    if np.ndim(D) != 2 or np.shape(D)[1] != len(W) or not set(np.unique(D)) <= {0, 1}:
        raise ValueError("bad D")
    return np.atleast_2d(-np.expm1(-np.einsum("nd,ds->ns", D, W))).tolist()


def sample(W, rho, n, rng):
    D = rng.random((n, len(W))) < rho
    S = rng.random((n, W.shape[1])) < 1 - np.exp(-(D @ W))
    return D.astype(np.int8), S.astype(float)


def _p(s, W, rho):
    off = np.flatnonzero(s == 0).tolist()
    on = np.flatnonzero(s == 1).tolist()
    subsets = chain.from_iterable(combinations(on, r) for r in range(len(on) + 1))
    p = sum((-1) ** len(A) * _off([*off, *A], W, rho) for A in subsets)
    return 0.0 if p < 1e-14 and any(W[:, j].max() == 0 for j in on) else p


def _ok(s, W, rho):
    _W(W)
    if not 0 < rho < 1:
        raise ValueError("bad rho")
    if np.ndim(s) != 1 or len(s) != W.shape[1] or not np.isin(s, [0, 1]).all():
        raise ValueError("bad s")


def log_likelihood(s, W, rho):
    _ok(s, W, rho)
    p = _p(s, W, rho)
    return np.array([np.log(p)]) if p > 0 else float("-inf")


def posterior_marginals(s, W, rho):
    _ok(s, W, rho)
    p = _p(s, W, rho)
    if p == 0:
        raise ValueError("p(s) = 0")
    out = []
    for i in range(len(W)):
        rest = np.delete(W, i, axis=0)
        # p(s, d_i = 0) leaves cause i out
        q = (1 - rho) * (_p(s, rest, rho) if len(rest) else float(not s.any()))
        out.append(1 - q / p)
    return out
