"""CS229 problem set 3, question 3d: evidence, ELBO and stochastic gradient variational Bayes in a linear Gaussian model."""

import numpy as np


class LinearGaussianModel:
    """x | z ~ N(W z + b, gamma^2 I_d), z ~ N(0, I_m); q(z) = N(qm, diag exp(2 qr))."""

    def __init__(self, weights_path):
        self.W = np.loadtxt(weights_path, delimiter=",")  # (d, m)
        self.b = np.loadtxt("b.txt", delimiter=",").reshape(-1, 1)  # (d, 1)
        self.d, self.m = self.W.shape
        self.gamma = 0.2

    def log_likelihood(self, x):
        """ln p(x) of one point x (d, 1)."""
        cov = self.W @ self.W.T + self.gamma**2 * np.eye(self.d)
        resid = x - self.b
        maha = (resid * np.linalg.solve(cov, resid)).sum()
        logdet = np.linalg.slogdet(cov)[1]
        return -0.5 * maha - 0.5 * logdet - 0.5 * self.d * np.log(2 * np.pi)

    def elbo(self, x, qm, qr, num_samples):
        """Monte Carlo estimate of the evidence lower bound; the KL term is exact."""
        sd = np.exp(qr)
        noise = np.random.randn(self.m, num_samples)
        z = qm + sd * noise  # (m, num_samples)
        resid = x - self.b - self.W @ z  # (d, num_samples)
        log_px = -0.5 * (resid**2).sum(axis=0) / self.gamma**2
        log_px = log_px - 0.5 * self.d * np.log(2 * np.pi * self.gamma**2)
        kl = (0.5 * sd**2 + 0.5 * qm**2 - 0.5 - qr).sum()
        return log_px.mean() - kl

    def sgvb(self, x, qm_init, qr_init, num_samples, num_iter=1000, lr=0.001):
        """Gradient ascent on the ELBO with reparametrised samples; returns (qm, qr), both (m, 1)."""
        qm, qr = np.array(qm_init, dtype=float), np.array(qr_init, dtype=float)
        for _ in range(num_iter):
            sd = np.exp(qr)
            eps = np.random.randn(self.m, num_samples)
            z = qm + sd * eps
            back = self.W.T @ (x - self.W @ z - self.b) / self.gamma**2  # (m, num_samples)
            fit_m = back.mean(axis=1, keepdims=True)
            fit_s = (back * eps).mean(axis=1, keepdims=True)
            prior_m = qm
            prior_s = sd - 1 / sd
            grad_m = fit_m - prior_m
            grad_r = fit_s * sd - prior_s * sd
            qm = qm + lr * grad_m
            qr = qr + lr * grad_r
        return qm, qr


def experiment(index):
    """Evidence, ELBO before and after fitting q, for one of the two models."""
    model = LinearGaussianModel("W{}.txt".format(index))
    x = np.loadtxt("x{}.txt".format(index), delimiter=",").reshape(-1, 1)
    qm, qr = np.zeros((model.m, 1)), np.zeros((model.m, 1))
    print("model", index)
    print("log-likelihood:", model.log_likelihood(x))
    print("initial ELBO:", model.elbo(x, qm, qr, num_samples=10000))
    qm, qr = model.sgvb(x, qm, qr, num_samples=10, num_iter=1000, lr=0.001)
    print("final ELBO:", model.elbo(x, qm, qr, num_samples=10000))


if __name__ == "__main__":
    np.random.seed(229)
    experiment(1)
    experiment(2)
