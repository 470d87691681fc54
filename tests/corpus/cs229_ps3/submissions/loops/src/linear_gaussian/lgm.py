import numpy as np
from scipy.stats import multivariate_normal, norm


class LinearGaussianModel(object):

    def __init__(self, weights_path):
        self.W = np.loadtxt(weights_path, delimiter=',')
        self.b = np.loadtxt('b.txt', delimiter=',')
        self.b = np.expand_dims(self.b, -1)
        self.d, self.m = self.W.shape
        self.gamma = 0.2

    def log_likelihood(self, x):
        mean = self.b[:, 0]
        cov = self.W.dot(self.W.T) + self.gamma ** 2 * np.identity(self.d)
        return multivariate_normal.logpdf(x[:, 0], mean, cov)

    def kl(self, qm, qr):
        total = 0.
        for j in range(self.m):
            sigma = np.exp(qr[j, 0])
            total += 0.5 * (sigma ** 2 + qm[j, 0] ** 2 - 1) - np.log(sigma)
        return total

    def elbo(self, x, qm, qr, num_samples):
        values = []
        for s in range(num_samples):
            z = qm + np.exp(qr) * np.random.randn(self.m, 1)
            mean = self.W.dot(z) + self.b
            values.append(np.sum(-0.5 * ((x - mean) / self.gamma) ** 2))
        return sum(values) / num_samples + self.d * norm.logpdf(0, 0, self.gamma) - self.kl(qm, qr)

    def sgvb(self, x, qm_init, qr_init, num_samples, num_iter=1000, lr=0.001):
        qm = qm_init.copy()
        qr = qr_init.copy()
        for t in range(num_iter):
            sigma = np.exp(qr)
            grad_m = np.zeros((self.m, 1))
            grad_s = np.zeros((self.m, 1))
            for s in range(num_samples):
                eps = np.random.randn(self.m, 1)
                grad_z = self.W.T.dot(x - self.W.dot(qm + sigma * eps) - self.b) / self.gamma ** 2
                grad_m += grad_z / num_samples
                grad_s += grad_z * eps / num_samples
            grad_m -= qm
            grad_s -= sigma - 1 / sigma
            qm += lr * grad_m
            qr += lr * grad_s * sigma
        return qm, qr


def experiment(number):
    model = LinearGaussianModel('W' + str(number) + '.txt')
    x = np.expand_dims(np.loadtxt('x' + str(number) + '.txt', delimiter=','), -1)
    qm = np.zeros((model.m, 1))
    qr = np.zeros((model.m, 1))
    print('log-likelihood', model.log_likelihood(x))
    print('ELBO at the start', model.elbo(x, qm, qr, num_samples=10000))
    qm, qr = model.sgvb(x, qm, qr, num_samples=10, num_iter=1000, lr=0.001)
    print('ELBO at the end', model.elbo(x, qm, qr, num_samples=10000))


if __name__ == '__main__':
    np.random.seed(229)
    experiment(1)
    experiment(2)
