import numpy as np
import torch


def mode_seeking_witness():
    # Newton by hand on KL(q || p) with an equally weighted mixture at +-5
    w, m, s = np.array([0.5, 0.5]), np.array([-5.0, 5.0]), np.array([1.0, 1.0])
    e = np.linspace(-10, 10, 4001)
    phi = np.exp(-(e**2) / 2)
    phi /= phi.sum()
    mu, ls = 5.0, 0.0
    for _ in range(2000):
        z = mu + np.exp(ls) * e
        a = np.exp(-0.5 * (z[:, None] - m) ** 2) * w
        r = a / a.sum(1, keepdims=True)
        score = -(r * (z[:, None] - m)).sum(1)
        g_mu, g_ls = -np.sum(phi * score), -1 - np.exp(ls) * np.sum(phi * score * e)
        mu, ls = mu - 0.2 * g_mu, ls - 0.2 * g_ls
    return {"weights": w, "means": m, "sds": s, "q_mean": mu, "q_sd": np.exp(ls)}


def pathwise_gradient(f, mu, sigma, eps):
    z = (mu + sigma * eps).requires_grad_()
    f(z).sum().backward()
    slope = z.grad
    return slope.mean().item(), (slope * eps).mean().item()


def beta_posterior(W, s2, x, beta):
    if beta <= 0 or s2 <= 0:
        raise ValueError("beta and s2 must be positive")
    A = beta * s2 * np.eye(W.shape[1]) + W.T @ W
    mean = np.linalg.solve(A, W.T @ x)
    cov = beta * s2 * np.linalg.inv(A)
    return mean, cov
