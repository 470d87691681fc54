"""torch, log-space, a table for each pair of context and word; NamedTuple returned; own ValueError; other uniform rows."""
from typing import NamedTuple
import numpy as np
import torch


class Tables(NamedTuple):
    p_z_given_x: np.ndarray
    p_x_given_z: np.ndarray


class BadInput(ValueError):
    pass


def _words(x, V):
    x = torch.as_tensor(np.asarray(x))
    if x.numel() == 0 or V < 1 or (x < 0).any() or (x >= V).any():
        raise BadInput("words")
    return x.long()


def _tables(up, down):
    # an undetermined row puts everything on the first entry
    for t in (up, down):
        dead = t.sum(1) == 0
        t[dead, 0] = 1
    return Tables((up / up.sum(1, keepdim=True)).numpy(), (down / down.sum(1, keepdim=True)).numpy())


def m_step(x, gamma, V):
    x = _words(x, V)
    gamma = torch.as_tensor(gamma, dtype=torch.float64)
    if gamma.shape[0] != len(x) or not torch.isfinite(gamma).all() or (gamma < 0).any():
        raise BadInput("gamma")
    prev = torch.cat([torch.tensor([V]), x[:-1]])
    up = torch.zeros(V + 1, gamma.shape[1], dtype=torch.float64).index_add_(0, prev, gamma)
    down = torch.zeros(V, gamma.shape[1], dtype=torch.float64).index_add_(0, x, gamma).T.clone()
    return _tables(up, down)


def mle_complete(x, z, V, m):
    _words(x, V)
    z = torch.as_tensor(np.asarray(z)).long()
    if m < 1 or len(z) != len(x) or (z < 0).any() or (z >= m).any():
        raise BadInput("classes")
    return m_step(x, torch.nn.functional.one_hot(z, m).double(), V)


def _log_pairs(x, A, B):
    A, B = torch.as_tensor(A), torch.as_tensor(B)
    V = A.shape[0] - 1
    if B.shape != (A.shape[1], V):
        raise BadInput("tables")
    x = _words(x, V)
    table = torch.log(A)[:, None, :] + torch.log(B).T[None, :, :]  # (V+1, V, m)
    return table[torch.cat([torch.tensor([V]), x[:-1]]), x]


def e_step(x, A, B):
    logs = _log_pairs(x, A, B)
    norm = torch.logsumexp(logs, 1, keepdim=True)
    if torch.isinf(norm).any():
        raise BadInput("impossible")
    return torch.exp(logs - norm)


def log_likelihood(x, A, B):
    return torch.logsumexp(_log_pairs(x, A, B), 1).sum()


def log_posterior_path(z, x, A, B):
    gamma = e_step(x, A, B)
    z = torch.as_tensor(np.asarray(z)).long()
    if len(z) != len(gamma) or (z < 0).any() or (z >= gamma.shape[1]).any():
        raise BadInput("classes")
    return np.array([torch.log(gamma[torch.arange(len(z)), z]).sum().item()])


def init_params(V, m, rng):
    first, second = rng.exponential(size=(V + 1, m)) + 1e-3, rng.exponential(size=(m, V)) + 1e-3
    return Tables(first / first.sum(1, keepdims=True), second / second.sum(1, keepdims=True))


def em(x, V, m, n_iter, init):
    tables, trace = Tables(*init), [float(log_likelihood(x, *init))]
    for _ in range(n_iter):
        tables = m_step(x, e_step(x, *tables), V)
        trace.append(float(log_likelihood(x, *tables)))
    return tables.p_z_given_x, tables.p_x_given_z, torch.tensor(trace, dtype=torch.float64)
