from __future__ import division, print_function
import numpy as np
import matplotlib.pyplot as plt
import os, time

PLOT_COLORS = ['red', 'green', 'blue', 'orange']
K = 4
NUM_TRIALS = 3
UNLABELED = -1
DEBUG = True

def main(is_semi_supervised, trial_num):
    start = time.time()
    print('trial', trial_num, 'semi-supervised' if is_semi_supervised else 'unsupervised')
    x, z = load_gmm_dataset('train.csv')
    print(x.shape, z.shape)
    x_tilde = x[z != -1, :]
    z_tilde = z[z != -1]
    x = x[z == -1, :]

    # random groups
    n, d = x.shape
    idx = np.random.permutation(n)
    mu, sigma = [], []
    for j in range(K):
        part = x[idx[j::K]]
        mu.append(part.mean(0))
        sigma.append(np.cov(part, rowvar=False))
    phi = np.zeros(K); phi.fill(1/K)
    w = np.zeros([n, K]); w.fill(1/K)
    print('mu', mu)
    print('sigma', sigma)

    if is_semi_supervised:
        w, phi, mu, sigma = run_semi_supervised_em(x, x_tilde, z_tilde, w, phi, mu, sigma)
    else:
        w, phi, mu, sigma = run_em(x, w, phi, mu, sigma)
    print('phi', phi, 'mu', mu, 'sigma', sigma)
    plot_gmm_preds(x, np.argmax(w, axis=1), is_semi_supervised, plot_id=trial_num)
    print('seconds:', time.time() - start)

def gauss(x, m, S):
    xm = x - m
    # 1/2 pi is a constant but keep it
    return np.exp(-.5*(xm.dot(np.linalg.inv(S))*xm).sum(1)) / (2*np.pi*np.sqrt(np.linalg.det(S)))

def run_em(x, w, phi, mu, sigma, max_iter=1000):
    eps = 1e-3
    mu, sigma = list(mu), list(sigma)
    it = 0
    ll = prev_ll = None
    while it < max_iter and (prev_ll is None or np.abs(ll - prev_ll) >= eps):
        # E
        for j in range(K): w[:, j] = phi[j]*gauss(x, mu[j], sigma[j])
        prev_ll = ll
        ll = np.log(w.sum(1)).sum()     # of the parameters before this M-step
        w /= w.sum(1).reshape(-1, 1)
        if DEBUG and it % 10 == 0: print('it', it, 'll', ll)
        # M
        for j in range(K):
            wj = w[:, j].reshape(-1, 1)
            phi[j] = wj.mean()
            mu[j] = (wj*x).sum(0)/wj.sum()
            sigma[j] = (wj*(x - mu[j])).T.dot(x - mu[j])/wj.sum()
        it += 1
    print('iterations:', it)
    return w, phi, mu, sigma

def run_semi_supervised_em(x, x_tilde, z_tilde, w, phi, mu, sigma, max_iter=1000):
    alpha = 20.
    eps = 1e-3
    mu, sigma = list(mu), list(sigma)
    z_tilde = np.array(z_tilde).ravel()
    it = 0
    ll = prev_ll = None
    while it < max_iter and (prev_ll is None or np.abs(ll - prev_ll) >= eps):
        # E
        for j in range(K): w[:, j] = phi[j]*gauss(x, mu[j], sigma[j])
        prev_ll = ll
        ll = np.log(w.sum(1)).sum()
        for j in range(K): ll += alpha*np.log(phi[j]*gauss(x_tilde[z_tilde == j], mu[j], sigma[j])).sum()
        w /= w.sum(1).reshape(-1, 1)
        if DEBUG: print('it', it, 'll', ll)
        # M
        for j in range(K):
            wj = w[:, j].reshape(-1, 1)
            xt = x_tilde[z_tilde == j]
            N = wj.sum() + alpha*len(xt)
            phi[j] = N/(len(x) + alpha*len(x_tilde))
            mu[j] = ((wj*x).sum(0) + alpha*xt.sum(0))/N
            sigma[j] = ((wj*(x - mu[j])).T.dot(x - mu[j]) + alpha*(xt - mu[j]).T.dot(xt - mu[j]))/N
        it += 1
    print('iterations:', it)
    return w, phi, mu, sigma

def plot_gmm_preds(x, z, with_supervision, plot_id):
    plt.figure(figsize=(12, 8))
    for i in range(len(x)):
        plt.scatter(x[i, 0], x[i, 1], marker='.', c=PLOT_COLORS[z[i]])
    name = 'pred{}_{}.pdf'.format('_ss' if with_supervision else '', plot_id)
    plt.savefig(name)
    print('saved', name)

def load_gmm_dataset(path):
    data = np.loadtxt(path, delimiter=',', skiprows=1)
    return data[:, :2], data[:, 2]

if __name__ == '__main__':
    np.random.seed(229)
    for t in range(NUM_TRIALS):
        main(False, t)
        main(True, t)
    plt.show()
