import numpy as np


class LinearGaussianModel:
    """Handed in under a name that nobody looks for: the browser numbered the download."""

    def __init__(self, weights_path):
        self.W = np.loadtxt(weights_path, delimiter=',')
        self.b = np.loadtxt('b.txt', delimiter=',').reshape(-1, 1)
        self.d, self.m = self.W.shape
        self.gamma = 0.2

    def log_likelihood(self, x):
        cov = self.W @ self.W.T + self.gamma ** 2 * np.eye(self.d)
        r = x - self.b
        return -0.5 * (r.T @ np.linalg.solve(cov, r)).item() - 0.5 * np.linalg.slogdet(2 * np.pi * cov)[1]
