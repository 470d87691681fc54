"""A generator of its own, an antique way to sum, chains of small methods, results as nested lists."""
import random

import numpy as np


class LinearGaussianModel:
    rng = np.random.default_rng()

    def __init__(self, weights_path):
        with open(weights_path) as f:
            self.W = np.array([[float(v) for v in line.split(",")] for line in f if line.strip()])
        with open("b.txt") as f:
            self.b = np.array([[float(v)] for v in f.read().replace(",", " ").split()])
        self.d, self.m = self.W.shape
        self.gamma = 0.2

    def log_likelihood(self, x):
        L = np.linalg.cholesky(self.W @ self.W.T + self.gamma**2 * np.identity(self.d))
        y = np.linalg.solve(L, x - self.b)
        return -float(np.sum(y**2)) / 2 - float(np.sum(np.log(np.diag(L)))) - self.d * np.log(2 * np.pi) / 2

    def _resid(self, x, z):
        return x - self.b - self.W @ z

    def elbo(self, x, qm, qr, num_samples):
        z = self.rng.normal(qm, np.exp(qr), size=(num_samples, self.m, 1))
        r = self._resid(x, z)
        fit = np.mean(np.sum(r**2, axis=(1, 2))) / (-2 * self.gamma**2) - self.d * np.log(self.gamma * np.sqrt(2 * np.pi))
        return float(fit - np.sum(np.exp(2 * qr) + qm**2) / 2 + np.sum(qr) + self.m / 2)

    def sgvb(self, x, qm_init, qr_init, num_samples, num_iter=1000, lr=0.001):
        qm, qr = qm_init.tolist(), qr_init.tolist()
        for _ in range(num_iter):
            mu, sd = np.array(qm), np.exp(np.array(qr))
            eps = np.array([[random.gauss(0, 1) for _ in range(num_samples)] for _ in range(self.m)])
            g = self.W.T @ self._resid(x, mu + sd * eps) / self.gamma**2
            for j in range(self.m):
                qm[j][0] += lr * (float(g[j].mean()) - qm[j][0])
                qr[j][0] += lr * (float((g[j] * eps[j]).mean()) * float(sd[j, 0]) - float(sd[j, 0]) ** 2 + 1)
        return [qm, qr]
