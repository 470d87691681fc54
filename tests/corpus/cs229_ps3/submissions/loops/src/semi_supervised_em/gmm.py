import os
import numpy as np
import matplotlib.pyplot as plt
from scipy.stats import multivariate_normal

PLOT_COLORS = ['red', 'green', 'blue', 'orange']  # Colors for the plots
K = 4           # Number of Gaussians
NUM_TRIALS = 3  # Number of trials to run
UNLABELED = -1  # Cluster label of unlabeled points


def main(is_semi_supervised, trial_num):
    print('Running {} EM algorithm...'.format('semi-supervised' if is_semi_supervised else 'unsupervised'))
    x_all, z_all = load_gmm_dataset(os.path.join('.', 'train.csv'))

    x = []
    x_tilde = []
    z_tilde = []
    for i in range(len(z_all)):
        if z_all[i] == UNLABELED:
            x.append(x_all[i])
        else:
            x_tilde.append(x_all[i])
            z_tilde.append(z_all[i])
    x = np.array(x)
    x_tilde = np.array(x_tilde)
    z_tilde = np.array(z_tilde)
    n, d = x.shape

    # put every point into one of K groups
    group = []
    for i in range(n):
        group.append(np.random.randint(K))
    mu = np.zeros((K, d))
    sigma = np.zeros((K, d, d))
    for j in range(K):
        members = [x[i] for i in range(n) if group[i] == j]
        mu[j] = sum(members) / len(members)
        for point in members:
            sigma[j] += np.outer(point - mu[j], point - mu[j])
        sigma[j] /= len(members)

    phi = np.ones(K) / K
    w = np.ones((n, K)) / K

    if is_semi_supervised:
        w = run_semi_supervised_em(x, x_tilde, z_tilde, w, phi, mu, sigma)
    else:
        w = run_em(x, w, phi, mu, sigma)

    z_pred = np.zeros(n)
    if w is not None:
        for i in range(n):
            z_pred[i] = np.argmax(w[i])
    plot_gmm_preds(x, z_pred, is_semi_supervised, plot_id=trial_num)


def run_em(x, w, phi, mu, sigma, max_iter=1000):
    eps = 1e-3
    n = x.shape[0]
    it = 0
    ll = prev_ll = None
    while it < max_iter and (prev_ll is None or np.abs(ll - prev_ll) >= eps):
        prev_ll = ll

        # E-step
        for j in range(K):
            w[:, j] = phi[j] * multivariate_normal(mu[j], sigma[j]).pdf(x)
        for i in range(n):
            w[i] = w[i] / w[i].sum()

        # M-step
        for j in range(K):
            total = w[:, j].sum()
            phi[j] = total / n
            s = 0
            for i in range(n):
                s = s + w[i, j] * x[i]
            mu[j] = s / total
            s = 0
            for i in range(n):
                v = (x[i] - mu[j])[:, None]
                s = s + w[i, j] * v @ v.T
            sigma[j] = s / total

        # log-likelihood
        p = np.zeros(n)
        for j in range(K):
            p = p + phi[j] * multivariate_normal(mu[j], sigma[j]).pdf(x)
        ll = sum(np.log(p))
        it += 1
    print('stopped after', it, 'iterations, log-likelihood', ll)
    return w


def run_semi_supervised_em(x, x_tilde, z_tilde, w, phi, mu, sigma, max_iter=1000):
    alpha = 20.
    eps = 1e-3
    n = x.shape[0]
    n_tilde = x_tilde.shape[0]
    it = 0
    ll = prev_ll = None
    while it < max_iter and (prev_ll is None or np.abs(ll - prev_ll) >= eps):
        prev_ll = ll

        # E-step, only for points without a label
        for j in range(K):
            w[:, j] = phi[j] * multivariate_normal(mu[j], sigma[j]).pdf(x)
        for i in range(n):
            w[i] = w[i] / w[i].sum()

        # M-step
        for j in range(K):
            total = w[:, j].sum()
            for i in range(n_tilde):
                if z_tilde[i] == j:
                    total += alpha
            phi[j] = total / (n + alpha * n_tilde)
            s = 0
            for i in range(n):
                s = s + w[i, j] * x[i]
            for i in range(n_tilde):
                if z_tilde[i] == j:
                    s = s + alpha * x_tilde[i]
            mu[j] = s / total
            s = 0
            for i in range(n):
                v = (x[i] - mu[j])[:, None]
                s = s + w[i, j] * v @ v.T
            for i in range(n_tilde):
                if z_tilde[i] == j:
                    v = (x_tilde[i] - mu[j])[:, None]
                    s = s + alpha * v @ v.T
            sigma[j] = s / total

        # log-likelihood of both parts
        p = np.zeros(n)
        for j in range(K):
            p = p + phi[j] * multivariate_normal(mu[j], sigma[j]).pdf(x)
        ll = sum(np.log(p))
        for i in range(n_tilde):
            j = int(z_tilde[i])
            ll += alpha * (np.log(phi[j]) + multivariate_normal(mu[j], sigma[j]).logpdf(x_tilde[i]))
        it += 1
    print('stopped after', it, 'iterations, objective', ll)
    return w


def plot_gmm_preds(x, z, with_supervision, plot_id):
    plt.figure(figsize=(12, 8))
    plt.title('{} GMM Predictions'.format('Semi-supervised' if with_supervision else 'Unsupervised'))
    plt.xlabel('x_1')
    plt.ylabel('x_2')
    for j in range(K):
        mine = [i for i in range(len(z)) if z[i] == j]
        plt.scatter(x[mine, 0], x[mine, 1], marker='.', c=PLOT_COLORS[j])
    plt.savefig(os.path.join('.', 'pred{}_{}.pdf'.format('_ss' if with_supervision else '', plot_id)))


def load_gmm_dataset(csv_path):
    x = []
    z = []
    with open(csv_path) as f:
        f.readline()
        for line in f:
            a, b, c = line.split(',')
            x.append([float(a), float(b)])
            z.append(float(c))
    return np.array(x), np.array(z)


if __name__ == '__main__':
    np.random.seed(229)
    for t in range(NUM_TRIALS):
        main(is_semi_supervised=False, trial_num=t)
        main(is_semi_supervised=True, trial_num=t)
