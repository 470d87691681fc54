import numpy as np

L = "abcd"


def _ok(Q, lj):
    if np.ndim(lj) != len(Q) or any(len(q) != s for q, s in zip(Q, np.shape(lj))) or np.any(np.isnan(lj)):
        raise ValueError
    for q in Q:
        if not np.all(np.asarray(q) >= 0) or not np.isclose(np.sum(q), 1, rtol=0, atol=1e-8):
            raise ValueError


def update(Q, log_joint, i):
    _ok(Q, log_joint)
    d = len(Q)
    others = [j for j in range(d) if j != i]
    finite = np.where(np.isinf(log_joint), 0.0, log_joint)
    spec = f"{L[:d]},{','.join(L[j] for j in others)}->{L[i]}"
    m = np.einsum(spec, finite, *[Q[j] for j in others])
    barred = np.einsum(spec, np.isinf(log_joint) * 1.0, *[Q[j] for j in others]) > 0
    if barred.all():
        raise ValueError
    e = np.where(barred, 0.0, np.exp(m - m[~barred].max()))
    return e / e.sum()


def cavi(log_joint, Q0, n_sweeps):
    Q, trace = list(map(np.asarray, Q0)), np.empty(n_sweeps)
    for t in range(n_sweeps):
        for i in range(len(Q)):
            Q[i] = update(Q, log_joint, i)
        d = len(Q)
        p = np.einsum(f"{','.join(L[:d])}->{L[:d]}", *Q)
        trace[t] = np.sum(p[p > 0] * np.asarray(log_joint)[p > 0]) - sum(np.sum(q * np.log(q + (q == 0))) for q in Q)
    return tuple(Q), trace


def gaussian_mean_field(m, Lam):
    return [float(v) for v in m], np.array([1 / Lam[i, i] for i in range(len(m))])


def two_fixed_points():
    return (np.array([0.1, 0.9]), np.array([0.9, 0.1])), (np.array([0.9, 0.1]), np.array([0.1, 0.9]))


def printed_update_fails():
    P = np.array([[0.5, 0.1, 0.1], [0.1, 0.1, 0.1]])
    return P, (np.array([0.8, 0.2]), np.array([0.6, 0.2, 0.2]))
