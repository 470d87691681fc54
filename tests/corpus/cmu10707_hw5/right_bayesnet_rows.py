import numpy as np
from collections import deque


def topological_order(n, edges):
    adjacency = np.zeros((n, n), dtype=bool)
    for a, b in edges:
        if not 0 <= a < n or not 0 <= b < n:
            raise ValueError("no such node")
        adjacency[a, b] = True
    degree = adjacency.sum(axis=0)
    queue = deque(np.flatnonzero(degree == 0).tolist())
    order = []
    while queue:
        v = queue.popleft()
        order.append(v)
        for w in np.flatnonzero(adjacency[v]).tolist():
            degree[w] -= 1
            if degree[w] == 0:
                queue.append(w)
    if len(order) != n:
        raise ValueError("no order")
    return np.array(order, dtype=np.int32)


def proper(parents, cpts):
    if len(parents) != len(cpts):
        raise ValueError
    edges = [(p, k) for k, above in enumerate(parents) for p in above]
    if len(set(edges)) < len(edges):
        raise ValueError
    order = topological_order(len(cpts), edges)
    for k, above in enumerate(parents):
        shape = tuple(cpts[p].shape[-1] for p in above)
        if cpts[k].shape[:-1] != shape:
            raise ValueError
        if not np.all(cpts[k] >= 0) or not np.allclose(cpts[k].sum(axis=-1), 1, rtol=0, atol=1e-8):
            raise ValueError
    return order


def joint_log_prob(parents, cpts, X):
    proper(parents, cpts)
    if np.shape(X)[1] != len(cpts) or X.min() < 0:
        raise ValueError
    try:
        p = np.prod([cpts[k][(*X[:, list(parents[k])].T, X[:, k])] for k in range(len(cpts))], axis=0)
    except IndexError:
        raise ValueError("no such value") from None
    with np.errstate(all="ignore"):
        return np.log(p)


def num_parameters(card, parents):
    return float(sum(np.prod([card[p] for p in ps]) * (c - 1) for c, ps in zip(card, parents)))


def factorisation_graph():
    return [["1", "4"], ["2", "4"], ["3", "4"], ["1", "5"], ["3", "5"], ["4", "6"], ["4", "7"], ["5", "7"], ["5", "7"]]


def cycle_mass(pa_given_b, pb_given_a):
    return np.trace(pa_given_b @ pb_given_a)


def improper_cycle():
    return np.array([[1, 0], [0, 1]]), np.array([[0, 1], [1, 0]])


def factorise(P, order):
    q = np.transpose(P, order)
    tables = {}
    while q.ndim:
        tables[order[q.ndim - 1]] = q / q.sum(-1, keepdims=True)
        q = q.sum(-1)
    return [tables[k] for k in range(len(order))]


def ancestral_sample(parents, cpts, n, rng):
    order = proper(parents, cpts)
    K = len(cpts)
    rows = []
    if n < 1000:
        for _ in range(n):
            x = [0] * K
            for k in order:
                p = cpts[k][tuple(x[q] for q in parents[k])]
                x[k] = rng.choice(len(p), p=p)
            rows.append(x)
        return rows
    X = np.zeros((n, K), dtype=np.int64)
    for k in order:
        p = cpts[k][tuple(X[:, list(parents[k])].T)] if parents[k] else cpts[k][None]
        with np.errstate(divide="ignore"):
            X[:, k] = np.argmax(np.log(p) + rng.gumbel(size=(n, p.shape[-1])), axis=1)
    return X


def marginal_sample(parents, cpts, keep, n, rng):
    return np.array(ancestral_sample(parents, cpts, n, rng))[:, keep]


def marginal(parents, cpts, keep):
    K = len(cpts)
    arguments = sum(([cpts[k], [*parents[k], k]] for k in range(K)), [])
    return np.einsum(*arguments, keep)
