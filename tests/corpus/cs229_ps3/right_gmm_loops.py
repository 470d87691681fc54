"""Double loops over points and clusters, densities in probability space, K and d written as 4 and 2."""
import matplotlib.pyplot as plt
import numpy as np
import os

PLOT_COLORS = ['red', 'green', 'blue', 'orange']
K = 4
NUM_TRIALS = 3
UNLABELED = -1


def main(is_semi_supervised, trial_num):
    print('Running {} EM algorithm...'.format('semi-supervised' if is_semi_supervised else 'unsupervised'))
    x_all, z_all = load_gmm_dataset(os.path.join('.', 'train.csv'))
    labeled = (z_all != UNLABELED).squeeze()
    x_tilde = x_all[labeled, :]
    z_tilde = z_all[labeled]
    x = x_all[~labeled, :]

    n, d = x.shape
    group = np.random.randint(0, K, n)
    mu = []
    sigma = []
    for j in range(K):
        members = x[group == j]
        mu.append(np.mean(members, axis=0))
        sigma.append(np.cov(members.T))
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


def density(point, mean, cov_inv, norm):
    a = point[0] - mean[0]
    b = point[1] - mean[1]
    q = cov_inv[0, 0] * a * a + 2 * cov_inv[0, 1] * a * b + cov_inv[1, 1] * b * b
    return np.exp(-0.5 * q) / norm


def joint(x, phi, mu, sigma):
    n = x.shape[0]
    inv = [np.linalg.inv(sigma[j]) for j in range(4)]
    norm = [2 * np.pi * np.linalg.det(sigma[j]) ** 0.5 for j in range(4)]
    p = np.zeros((n, 4))
    for i in range(n):
        for j in range(4):
            p[i, j] = phi[j] * density(x[i], mu[j], inv[j], norm[j])
    return p


def run_em(x, w, phi, mu, sigma, max_iter=1000):
    eps = 1e-3
    n = x.shape[0]
    it = 0
    ll = prev_ll = None
    while it < max_iter and (prev_ll is None or np.abs(ll - prev_ll) >= eps):
        p = joint(x, phi, mu, sigma)
        for i in range(n):
            w[i, :] = p[i, :] / np.sum(p[i, :])

        for j in range(4):
            total = np.sum(w[:, j])
            phi[j] = total / n
            mean = np.zeros(2)
            for i in range(n):
                mean += w[i, j] * x[i]
            mu[j] = mean / total
            cov = np.zeros((2, 2))
            for i in range(n):
                diff = x[i] - mu[j]
                cov += w[i, j] * np.outer(diff, diff)
            sigma[j] = cov / total

        prev_ll = ll
        p = joint(x, phi, mu, sigma)
        ll = 0.0
        for i in range(n):
            ll += np.log(np.sum(p[i, :]))
        it += 1
        print('[iter: {:03d}, log-likelihood: {:.4f}]'.format(it, ll))
    return w


def run_semi_supervised_em(x, x_tilde, z_tilde, w, phi, mu, sigma, max_iter=1000):
    alpha = 20.
    eps = 1e-3
    n, nt = x.shape[0], x_tilde.shape[0]
    it = 0
    ll = prev_ll = None
    while it < max_iter and (prev_ll is None or np.abs(ll - prev_ll) >= eps):
        p = joint(x, phi, mu, sigma)
        for i in range(n):
            w[i, :] = p[i, :] / np.sum(p[i, :])

        for j in range(4):
            count = 0
            for i in range(nt):
                if int(z_tilde[i]) == j:
                    count += 1
            total = np.sum(w[:, j]) + alpha * count
            phi[j] = total / (n + alpha * nt)
            mean = np.zeros(2)
            for i in range(n):
                mean += w[i, j] * x[i]
            for i in range(nt):
                if int(z_tilde[i]) == j:
                    mean += alpha * x_tilde[i]
            mu[j] = mean / total
            cov = np.zeros((2, 2))
            for i in range(n):
                diff = x[i] - mu[j]
                cov += w[i, j] * np.outer(diff, diff)
            for i in range(nt):
                if int(z_tilde[i]) == j:
                    diff = x_tilde[i] - mu[j]
                    cov += alpha * np.outer(diff, diff)
            sigma[j] = cov / total

        prev_ll = ll
        p = joint(x, phi, mu, sigma)
        p_tilde = joint(x_tilde, phi, mu, sigma)
        ll = 0.0
        for i in range(n):
            ll += np.log(np.sum(p[i, :]))
        for i in range(nt):
            ll += alpha * np.log(p_tilde[i, int(z_tilde[i])])
        it += 1
        print('[iter: {:03d}, log-likelihood: {:.4f}]'.format(it, ll))
    return w


def plot_gmm_preds(x, z, with_supervision, plot_id):
    plt.figure(figsize=(12, 8))
    plt.title('{} GMM Predictions'.format('Semi-supervised' if with_supervision else 'Unsupervised'))
    for px, label in zip(x, z):
        color = 'gray' if label < 0 else PLOT_COLORS[int(label)]
        plt.scatter(px[0], px[1], marker='.', c=color)
    plt.savefig(os.path.join('.', 'pred{}_{}.pdf'.format('_ss' if with_supervision else '', plot_id)))


def load_gmm_dataset(csv_path):
    with open(csv_path, 'r') as csv_fh:
        headers = csv_fh.readline().strip().split(',')
    x_cols = [i for i in range(len(headers)) if headers[i].startswith('x')]
    z_cols = [i for i in range(len(headers)) if headers[i] == 'z']
    x = np.loadtxt(csv_path, delimiter=',', skiprows=1, usecols=x_cols, dtype=float)
    z = np.loadtxt(csv_path, delimiter=',', skiprows=1, usecols=z_cols, dtype=float)
    return x, z


if __name__ == '__main__':
    np.random.seed(229)
    for t in range(NUM_TRIALS):
        main(is_semi_supervised=False, trial_num=t)
        main(is_semi_supervised=True, trial_num=t)
    plt.show()
