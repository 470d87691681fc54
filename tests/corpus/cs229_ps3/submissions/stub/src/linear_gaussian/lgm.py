"""Linear Gaussian model: as handed out, nothing filled in."""

import numpy as np


class LinearGaussianModel:
    """x | z ~ N(W z + b, gamma^2 I)."""

    def __init__(self, weights_path):
        self.W = np.loadtxt(weights_path, delimiter=",")
        self.b = np.loadtxt("b.txt", delimiter=",").reshape(-1, 1)
        self.d, self.m = self.W.shape
        self.gamma = 0.2

    def log_likelihood(self, x):
        """ln p(x)."""
        raise NotImplementedError

    def elbo(self, x, qm, qr, num_samples):
        """Estimate of the bound."""
        raise NotImplementedError

    def sgvb(self, x, qm_init, qr_init, num_samples, num_iter=1000, lr=0.001):
        """Fitted qm, qr."""
        raise NotImplementedError
