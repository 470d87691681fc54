import numpy as np

class LinearGaussianModel:
    def __init__(self, weights_path):
        self.W = np.loadtxt(weights_path, delimiter=',')
        self.b = np.loadtxt('b.txt', delimiter=',').reshape((-1, 1))
        self.d, self.m = self.W.shape
        self.gamma = 0.2
        print('loaded', weights_path, self.W.shape)

    def log_likelihood(self, x):
        S = np.dot(self.W, self.W.T) + self.gamma**2*np.eye(self.d)
        xm = x - self.b
        ll = -.5*xm.T.dot(np.linalg.inv(S)).dot(xm)
        ll -= .5*np.linalg.slogdet(S)[1]
        ll -= .5*self.d*np.log(2*np.pi)
        print('log likelihood', ll)
        return ll[0][0]

    def elbo(self, x, qm, qr, num_samples):
        total = 0
        for i in range(num_samples):
            e = np.random.normal(0, 1, (self.m, 1))
            xm = x - self.W.dot(qm + np.exp(qr)*e) - self.b
            total += -.5*(xm.T.dot(xm))/self.gamma**2 - self.d*np.log(self.gamma) - .5*self.d*np.log(2*np.pi)
        kl = .5*(np.exp(2*qr).sum() + (qm**2).sum() - self.m) - qr.sum()
        print('kl', kl)
        return total/num_samples - kl

    def sgvb(self, x, qm_init, qr_init, num_samples, num_iter=1000, lr=0.001):
        qm = qm_init
        qr = qr_init
        for it in range(num_iter):
            s = np.exp(qr)
            e = np.random.normal(0, 1, (self.m, num_samples))
            gz = self.W.T.dot(x - self.b - self.W.dot(qm + s*e))/self.gamma**2
            gm = gz.mean(1).reshape(-1, 1) - qm
            gs = (gz*e).mean(1).reshape(-1, 1) - s + 1/s
            qm += lr*gm
            qr += lr*gs*s
            if it % 100 == 0:
                print(it, qm.T, qr.T)
        return [qm, qr]

def experiment(i):
    model = LinearGaussianModel('W%d.txt' % i)
    x = np.loadtxt('x%d.txt' % i, delimiter=',').reshape((-1, 1))
    qm = np.zeros((model.m, 1))
    qr = np.zeros((model.m, 1))
    print(model.log_likelihood(x))
    print(model.elbo(x, qm, qr, 10000))
    qm, qr = model.sgvb(x, qm, qr, 10)
    print(model.elbo(x, qm, qr, 10000))

if __name__ == '__main__':
    np.random.seed(229)
    experiment(1)
    experiment(2)
