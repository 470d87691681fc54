"""PS3 problem 3 (d)."""

import numpy as np


class LinearGaussianModel:
    def __init__(self, weights_path):
        self.W = np.loadtxt(weights_path, delimiter=",")
        self.b = np.loadtxt("b.txt", delimiter=",")[:, np.newaxis]
        self.d, self.m = self.W.shape
        self.gamma = 0.2

    def log_likelihood(self, x):
        Gamma = self.W @ self.W.T + self.gamma**2 * np.eye(self.d)
        r = x - self.b
        sign, logdet = np.linalg.slogdet(2 * np.pi * Gamma)
        return -0.5 * (np.einsum("di,di->", r, np.linalg.solve(Gamma, r)) + logdet)

    def elbo(self, x, qm, qr, num_samples):
        z = qm + np.exp(qr) * np.random.standard_normal((self.m, num_samples))
        r = x - self.b - self.W @ z
        log_px_z = -np.einsum("ds,ds->s", r, r) / (2 * self.gamma**2) - self.d / 2 * np.log(2 * np.pi * self.gamma**2)
        kl = 0.5 * np.sum(np.exp(2 * qr) + qm**2 - 1 - 2 * qr)
        return np.mean(log_px_z) - kl

    def sgvb(self, x, qm_init, qr_init, num_samples, num_iter=1000, lr=0.001):
        qm, qr = qm_init.copy(), qr_init.copy()
        A = self.W.T @ self.W / self.gamma**2
        c = self.W.T @ (x - self.b) / self.gamma**2
        for _ in range(num_iter):
            eps = np.random.standard_normal((self.m, num_samples))
            sd = np.exp(qr)
            g = c - A @ (qm + sd * eps)
            step_m = g.mean(axis=1, keepdims=True) - qm
            step_r = sd * np.einsum("ms,ms->m", g, eps)[:, None] / num_samples - sd**2 + 1
            qm, qr = qm + lr * step_m, qr + lr * step_r
        return qm, qr


def experiment(k):
    lgm = LinearGaussianModel(f"W{k}.txt")
    x = np.loadtxt(f"x{k}.txt", delimiter=",")[:, np.newaxis]
    q = np.zeros((lgm.m, 1)), np.zeros((lgm.m, 1))
    print(f"model {k}: ln p(x) = {lgm.log_likelihood(x):.6f}")
    print(f"  ELBO of the prior      {lgm.elbo(x, *q, num_samples=10000):.6f}")
    q = lgm.sgvb(x, *q, num_samples=10)
    print(f"  ELBO after 1000 steps  {lgm.elbo(x, *q, num_samples=10000):.6f}")


if __name__ == "__main__":
    np.random.seed(229)
    experiment(1)
    experiment(2)
