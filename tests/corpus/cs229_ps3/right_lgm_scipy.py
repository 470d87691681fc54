# scipy for the densities, numpy's multivariate normal for q, everything flat inside
import numpy as np
from scipy import stats


class LinearGaussianModel:
    def __init__(self, weights_path):
        self.W = np.loadtxt(weights_path, delimiter=",")
        self.b = np.loadtxt("b.txt", delimiter=",")[:, None]
        self.d, self.m = self.W.shape
        self.gamma = 0.2

    def log_likelihood(self, x):
        cov = self.W @ self.W.T + np.diag([self.gamma**2] * self.d)
        return stats.multivariate_normal(self.b.ravel(), cov).logpdf(x.ravel())

    def elbo(self, x, qm, qr, num_samples):
        z = np.random.multivariate_normal(qm.ravel(), np.diag(np.exp(2 * qr.ravel())), size=num_samples)
        log_px = stats.norm.logpdf(x.ravel(), z @ self.W.T + self.b.ravel(), self.gamma).sum(axis=1)
        kl = 0.5 * np.sum(np.exp(2 * qr) + qm**2 - 1 - 2 * qr)
        return np.mean(log_px) - kl

    def sgvb(self, x, qm_init, qr_init, num_samples, num_iter=1000, lr=0.001):
        mu, rho = qm_init.ravel().copy(), qr_init.ravel().copy()
        target = (x - self.b).ravel()
        for _ in range(num_iter):
            sigma = np.exp(rho)
            eps = np.random.multivariate_normal(np.zeros(self.m), np.eye(self.m), size=num_samples)
            g = (target - (mu + sigma * eps) @ self.W.T) @ self.W / self.gamma**2  # (num_samples, m)
            d_mu = g.mean(0) - mu
            d_sigma = np.einsum("sm,sm->m", g, eps) / num_samples - (sigma - 1 / sigma)
            mu += lr * d_mu
            rho += lr * d_sigma * sigma
        return mu, rho
