# labelled points class by class with boolean masks, results as lists, arguments overwritten on the way
import numpy as np


def e_step(x, phi, mu, sigma):
    if any(not np.isfinite(np.asarray(a)).all() for a in [x, phi, mu, sigma]):
        raise ValueError
    if len(np.shape(x)) != 2 or len(np.shape(phi)) != 1 or np.shape(mu) != (len(phi), np.shape(x)[1]):
        raise ValueError
    if np.shape(sigma) != (len(phi), np.shape(x)[1], np.shape(x)[1]):
        raise ValueError
    if np.any(phi < 0) or np.abs(np.sum(phi) - 1) > 1e-8:
        raise ValueError
    w = np.zeros([x.shape[0], len(phi)])
    for j in range(len(phi)):
        diff = x - mu[j]
        P = np.linalg.pinv(sigma[j])
        sign, logdet = np.linalg.slogdet(P)
        w[:, j] = -0.5 * np.sum(diff.dot(P) * diff, axis=1) + 0.5 * logdet
        w[:, j] += np.log(phi[j]) if phi[j] > 0 else -np.inf
    w -= np.max(w, axis=1, keepdims=True)
    w = np.exp(w)
    w /= np.sum(w, axis=1, keepdims=True)
    return w


def m_step(w, x, x_tilde, z_tilde, alpha):
    if any(not np.isfinite(np.asarray(a)).all() for a in [w, x, x_tilde, z_tilde, alpha]):
        raise ValueError
    if [np.ndim(a) for a in [w, x, x_tilde, z_tilde, alpha]] != [2, 2, 2, 1, 0]:
        raise ValueError
    if alpha < 0 or len(w) != len(x) or len(x_tilde) != len(z_tilde) or x.shape[1:] != x_tilde.shape[1:]:
        raise ValueError
    if np.any(w < 0) or np.max(np.abs(w.sum(axis=1) - 1)) > 1e-8:
        raise ValueError
    k = w.shape[1]
    if not set(z_tilde.tolist()) <= set(range(k)):
        raise ValueError
    phi, mu, sigma = [], [], []
    for j in range(k):
        mine = x_tilde[z_tilde == j]
        n_j = np.sum(w[:, j]) + alpha * len(mine)
        phi.append(n_j)
        m = np.sum(w[:, [j]] * x, axis=0) + alpha * np.sum(mine, axis=0)
        m /= n_j
        mu.append(m)
        x -= m
        mine = mine - m
        sigma.append((np.dot(x.T * w[:, j], x) + alpha * np.dot(mine.T, mine)) / n_j)
        x += m
    phi = [p / (len(x) + alpha * len(x_tilde)) for p in phi]
    return [phi, mu, sigma]
