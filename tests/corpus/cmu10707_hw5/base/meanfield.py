import itertools

import numpy as np


def check(Q, log_joint):
    log_joint = np.asarray(log_joint, dtype=float)
    if len(Q) != log_joint.ndim or np.isnan(log_joint).any():
        raise ValueError("joint")
    for q, n in zip(Q, log_joint.shape):
        if np.shape(q) != (n,) or np.isnan(q).any() or np.min(q) < 0 or abs(np.sum(q) - 1) > 1e-8:
            raise ValueError("block")


def update(Q, log_joint, i):
    check(Q, log_joint)
    m = np.zeros(len(Q[i]))
    for z in itertools.product(*[range(n) for n in log_joint.shape]):
        w = 1.0
        for j in range(len(Q)):
            if j != i:
                w *= Q[j][z[j]]
        if w > 0:
            m[z[i]] += w * log_joint[z]
    if np.all(m == -np.inf):
        raise ValueError("nothing is possible")
    e = np.exp(m - m.max())
    return e / e.sum()


def bound(Q, log_joint):
    total = 0.0
    for z in itertools.product(*[range(n) for n in log_joint.shape]):
        w = np.prod([Q[j][z[j]] for j in range(len(Q))])
        if w > 0:
            total += w * (log_joint[z] - np.log(w))
    return total


def cavi(log_joint, Q0, n_sweeps):
    Q = [np.array(q) for q in Q0]
    trace = []
    for _ in range(n_sweeps):
        for i in range(len(Q)):
            Q[i] = update(Q, log_joint, i)
        trace.append(bound(Q, log_joint))
    return Q, trace


def gaussian_mean_field(m, Lam):
    return m, 1 / np.diagonal(Lam)


def two_fixed_points():
    return [[0.7, 0.3], [0.6, 0.4]], [[0.3, 0.7], [0.4, 0.6]]


def printed_update_fails():
    P = np.array([[0.4, 0.3], [0.2, 0.1]])
    return P, [[0.9, 0.1], [0.5, 0.5]]
