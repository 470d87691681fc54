"""One sample at a time, as the formulas read; updates the caller's arrays in place."""
import numpy as np


class LinearGaussianModel(object):
    def __init__(self, weights_path):
        self.W = np.genfromtxt(weights_path, delimiter=',')
        self.b = np.expand_dims(np.genfromtxt('b.txt', delimiter=','), axis=1)
        self.d = self.W.shape[0]
        self.m = self.W.shape[1]
        self.gamma = 0.2

    def log_gaussian(self, x, mean, cov):
        diff = x - mean
        value = -0.5 * diff.T.dot(np.linalg.inv(cov)).dot(diff)
        value = value - 0.5 * np.linalg.slogdet(cov)[1]
        value = value - 0.5 * len(x) * np.log(2 * np.pi)
        return value  # (1, 1)

    def log_likelihood(self, x):
        return self.log_gaussian(x, self.b, self.W.dot(self.W.T) + self.gamma ** 2 * np.eye(self.d))

    def elbo(self, x, qm, qr, num_samples):
        total = 0.0
        for s in range(num_samples):
            eps = np.random.normal(size=(self.m, 1))
            z = qm + np.exp(qr) * eps
            mean = self.W.dot(z) + self.b
            total += -np.sum((x - mean) ** 2) / (2 * self.gamma ** 2) - self.d / 2 * np.log(2 * np.pi * self.gamma ** 2)
        kl = 0.0
        for j in range(self.m):
            kl += -qr[j, 0] + (np.exp(2 * qr[j, 0]) + qm[j, 0] ** 2 - 1) / 2
        return total / num_samples - kl

    def sgvb(self, x, qm_init, qr_init, num_samples, num_iter=1000, lr=0.001):
        qm, qr = qm_init, qr_init
        for it in range(num_iter):
            std = np.exp(qr)
            grad_mu = np.zeros((self.m, 1))
            grad_std = np.zeros((self.m, 1))
            for s in range(num_samples):
                eps = np.random.normal(size=(self.m, 1))
                z = qm + std * eps
                grad_z = self.W.T.dot(x - self.W.dot(z) - self.b) / self.gamma ** 2
                grad_mu += grad_z
                grad_std += grad_z * eps
            grad_mu = grad_mu / num_samples - qm
            grad_std = grad_std / num_samples - std + 1 / std
            qm += lr * grad_mu
            qr += lr * grad_std * std
        return qm, qr


def experiment(i):
    m = LinearGaussianModel('W%d.txt' % i)
    x = np.expand_dims(np.genfromtxt('x%d.txt' % i, delimiter=','), axis=1)
    qm = np.zeros((m.m, 1))
    qr = np.zeros((m.m, 1))
    print('log p(x) =', m.log_likelihood(x))
    print('ELBO before =', m.elbo(x, qm, qr, 10000))
    qm, qr = m.sgvb(x, qm, qr, 10)
    print('ELBO after =', m.elbo(x, qm, qr, 10000))


if __name__ == '__main__':
    np.random.seed(229)
    experiment(1)
    experiment(2)
