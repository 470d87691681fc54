import itertools

import numpy as np


def topological_order(n, edges):
    edges = set(tuple(e) for e in edges)
    for a, b in edges:
        if min(a, b) < 0 or max(a, b) >= n:
            raise ValueError("bad node")
    state = {}
    out = []

    def visit(v):
        if state.get(v) == 1:
            raise ValueError("cycle")
        if state.get(v) == 2:
            return
        state[v] = 1
        for a, b in sorted(edges):
            if a == v:
                visit(b)
        state[v] = 2
        out.append(v)

    for v in range(n):
        visit(v)
    return out[::-1]


def check(parents, cpts):
    if len(parents) != len(cpts) or any(len(set(above)) != len(above) for above in parents):
        raise ValueError("lengths")
    topological_order(len(parents), [(p, k) for k in range(len(parents)) for p in parents[k]])
    for k, t in enumerate(cpts):
        want = [cpts[p].shape[-1] for p in parents[k]] + [t.shape[-1]]
        if list(t.shape) != want:
            raise ValueError("shape")
        if np.isnan(t).any() or t.min() < 0 or np.abs(t.sum(-1) - 1).max() > 1e-8:
            raise ValueError("not a distribution")


def joint_log_prob(parents, cpts, X):
    check(parents, cpts)
    X = np.asarray(X)
    if X.ndim != 2 or X.shape[1] != len(cpts):
        raise ValueError("X")
    for k, t in enumerate(cpts):
        if (X[:, k] < 0).any() or (X[:, k] >= t.shape[-1]).any():
            raise ValueError("value")
    out = []
    for x in X:
        lp = 0.0
        for k in range(len(cpts)):
            p = cpts[k][tuple(x[q] for q in parents[k]) + (x[k],)]
            lp += np.log(p) if p > 0 else -np.inf
        out.append(lp)
    return np.array(out)


def num_parameters(card, parents):
    total = 0
    for k in range(len(card)):
        rows = 1
        for p in parents[k]:
            rows *= card[p]
        total += rows * (card[k] - 1)
    return total


def factorisation_graph():
    return "digraph { 1 -> 4; 2 -> 4; 3 -> 4; 1 -> 5; 3 -> 5; 4 -> 6; 4 -> 7; 5 -> 7 }"


def cycle_mass(pa_given_b, pb_given_a):
    total = 0.0
    for a in range(pa_given_b.shape[0]):
        for b in range(pa_given_b.shape[1]):
            total += pa_given_b[a, b] * pb_given_a[b, a]
    return total


def improper_cycle():
    return [[0.9, 0.2], [0.1, 0.8]], [[0.9, 0.2], [0.1, 0.8]]


def factorise(P, order):
    out = {}
    for i, k in enumerate(order):
        before = list(order[:i])
        joint = np.einsum(P, list(range(P.ndim)), before + [k])
        out[k] = joint / joint.sum(-1)[..., None]
    return [out[k] for k in range(P.ndim)]


def ancestral_sample(parents, cpts, n, rng):
    check(parents, cpts)
    K = len(cpts)
    order = topological_order(K, [(p, k) for k in range(K) for p in parents[k]])
    X = np.full((n, K), -1)
    for k in order:
        u = rng.random(n)
        for config in itertools.product(*[range(cpts[p].shape[-1]) for p in parents[k]]):
            here = np.ones(n, dtype=bool)
            for p, v in zip(parents[k], config):
                here &= X[:, p] == v
            X[here, k] = np.searchsorted(np.cumsum(cpts[k][config]), u[here], side="right")
    return X


def marginal_sample(parents, cpts, keep, n, rng):
    X = ancestral_sample(parents, cpts, n, rng)
    return np.stack([X[:, k] for k in keep], axis=1)


def marginal(parents, cpts, keep):
    cards = [t.shape[-1] for t in cpts]
    states = np.array(list(itertools.product(*map(range, cards))))
    p = np.exp(joint_log_prob(parents, cpts, states))
    out = np.zeros([cards[k] for k in keep])
    for x, weight in zip(states, p):
        out[tuple(x[k] for k in keep)] += weight
    return out
