import numpy as np


def one_hot(ids, n):
    return np.eye(n)[ids]


def words(x, V):
    x = np.asarray(x)
    if x.size == 0 or V < 1 or x.min() < 0 or x.max() > V - 1:
        raise ValueError("bad words")
    return x


def classes(z, x, m):
    z = np.asarray(z)
    if m < 1 or len(z) != len(x) or z.min() < 0 or z.max() > m - 1:
        raise ValueError("bad classes")
    return z


def before(x, V):
    return np.concatenate(([V], x[:-1]))


def normalise(counts):
    total = counts.sum(axis=1, keepdims=True)
    return np.where(total > 0, counts / np.where(total > 0, total, 1), 1 / counts.shape[1])


def mle_complete(x, z, V, m):
    x = words(x, V)
    z = classes(z, x, m)
    prev = before(x, V)
    a = one_hot(prev, V + 1).T @ one_hot(z, m)
    b = one_hot(z, m).T @ one_hot(x, V)
    return normalise(a), normalise(b)


def joint(x, p_z_given_x, p_x_given_z):
    V = len(p_z_given_x) - 1
    if p_x_given_z.shape != (p_z_given_x.shape[1], V):
        raise ValueError("tables do not fit")
    x = words(x, V)
    prior = p_z_given_x[before(x, V)]
    return prior * p_x_given_z.T[x]


def e_step(x, p_z_given_x, p_x_given_z):
    both = joint(x, p_z_given_x, p_x_given_z)
    total = both.sum(axis=1)
    if np.any(total == 0):
        raise ValueError("impossible")
    return both / total[:, None]


def log_likelihood(x, p_z_given_x, p_x_given_z):
    total = joint(x, p_z_given_x, p_x_given_z).sum(axis=1)
    if np.any(total == 0):
        return -np.inf
    return np.sum(np.log(total))


def log_posterior_path(z, x, p_z_given_x, p_x_given_z):
    gamma = e_step(x, p_z_given_x, p_x_given_z)
    z = classes(z, x, gamma.shape[1])
    chosen = gamma[np.arange(len(z)), z]
    return float(np.log(chosen).sum()) if chosen.all() else float("-inf")


def m_step(x, gamma, V):
    x = words(x, V)
    if gamma.shape[0] != len(x) or not np.isfinite(gamma).all() or (gamma < 0).any():
        raise ValueError("bad gamma")
    prev = before(x, V)
    a = one_hot(prev, V + 1).T @ gamma
    b = gamma.T @ one_hot(x, V)
    return normalise(a), normalise(b)


def init_params(V, m, rng):
    a = rng.dirichlet(np.full(m, 5.0), size=V + 1) + 1e-6
    b = rng.dirichlet(np.full(V, 5.0), size=m) + 1e-6
    return normalise(a), normalise(b)


def em(x, V, m, n_iter, init):
    a, b = init
    trace = [log_likelihood(x, a, b)]
    for _ in range(n_iter):
        gamma = e_step(x, a, b)
        a, b = m_step(x, gamma, V)
        trace.append(log_likelihood(x, a, b))
    return a, b, np.array(trace)
