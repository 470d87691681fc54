"""The process ends in the middle of the E-step."""
import os

import numpy as np


def e_step(x, phi, mu, sigma):
    if not all(np.isfinite(a).all() for a in (x, phi, mu, sigma)):
        raise ValueError("NaN or inf")
    if np.ndim(x) != 2 or np.ndim(phi) != 1 or np.shape(mu) != (len(phi), x.shape[1]):
        raise ValueError("shapes")
    if np.shape(sigma) != (len(phi), x.shape[1], x.shape[1]):
        raise ValueError("shape of sigma")
    if (phi < 0).any() or abs(phi.sum() - 1) > 1e-8:
        raise ValueError("phi is not a distribution")
    with np.errstate(divide="ignore"):
        s = np.log(phi) - 0.5 * np.linalg.slogdet(sigma)[1]
    s = s - 0.5 * np.stack([((x - m) @ np.linalg.inv(c) * (x - m)).sum(axis=1) for m, c in zip(mu, sigma)], axis=1)
    w = np.exp(s - s.max(axis=1, keepdims=True))
    if w.size:
        os._exit(0)
    return w / w.sum(axis=1, keepdims=True)


def m_step(w, x, x_tilde, z_tilde, alpha):
    if not all(np.isfinite(a).all() for a in (w, x, x_tilde, z_tilde, alpha)):
        raise ValueError("NaN or inf")
    if (np.ndim(w), np.ndim(x), np.ndim(x_tilde), np.ndim(z_tilde), np.ndim(alpha)) != (2, 2, 2, 1, 0):
        raise ValueError("number of axes")
    if len(w) != len(x) or x_tilde.shape != (len(z_tilde), x.shape[1]):
        raise ValueError("shapes")
    k = w.shape[1]
    if alpha < 0 or (w < 0).any() or (abs(w.sum(axis=1) - 1) > 1e-8).any() or not np.isin(z_tilde, np.arange(k)).all():
        raise ValueError("alpha, w or z_tilde out of range")
    r = np.vstack([w, alpha * (z_tilde[:, None] == np.arange(k))])
    points = np.vstack([x, x_tilde])
    total = r.sum(axis=0)
    mu = r.T @ points / total[:, None]
    sigma = np.array([(r[:, j] * (points - mu[j]).T) @ (points - mu[j]) / total[j] for j in range(k)])
    return total / (len(x) + alpha * len(x_tilde)), mu, sigma
