"""Densities in natural space: right unless a point is far from every component."""
import numpy as np


def e_step(x, phi, mu, sigma):
    if not all(np.all(np.isfinite(a)) for a in (x, phi, mu, sigma)):
        raise ValueError("not finite")
    if x.ndim != 2 or mu.shape != (len(phi), x.shape[1]) or sigma.shape != (len(phi), x.shape[1], x.shape[1]):
        raise ValueError("shapes")
    if np.any(phi < 0) or abs(phi.sum() - 1) > 1e-8:
        raise ValueError("phi")
    w = np.zeros((len(x), len(phi)))
    for j in range(len(phi)):
        diff = x - mu[j]
        q = np.einsum("ij,jk,ik->i", diff, np.linalg.inv(sigma[j]), diff)
        w[:, j] = phi[j] * np.exp(-q / 2) / np.sqrt(np.linalg.det(2 * np.pi * sigma[j]))
    return w / w.sum(axis=1, keepdims=True)


def m_step(w, x, x_tilde, z_tilde, alpha):
    if not all(np.all(np.isfinite(a)) for a in (w, x, x_tilde, z_tilde, alpha)):
        raise ValueError("not finite")
    if x.ndim != 2 or w.ndim != 2 or len(w) != len(x) or x_tilde.shape != (len(z_tilde), x.shape[1]) or alpha < 0:
        raise ValueError("shapes or alpha")
    if np.any(w < 0) or np.any(abs(w.sum(axis=1) - 1) > 1e-8) or np.any((z_tilde < 0) | (z_tilde >= w.shape[1]) | (z_tilde % 1 != 0)):
        raise ValueError("w or labels")
    hot = alpha * np.eye(w.shape[1])[z_tilde.astype(int)]
    N = w.sum(axis=0) + hot.sum(axis=0)
    mu = (w.T @ x + hot.T @ x_tilde) / N[:, None]
    sigma = np.stack([((x - m).T * a) @ (x - m) + ((x_tilde - m).T * c) @ (x_tilde - m) for m, a, c in zip(mu, w.T, hot.T)])
    return N / (len(x) + alpha * len(x_tilde)), mu, sigma / N[:, None, None]
