"""The course's older skeleton: max_iter is a constant inside the two functions, not an argument."""
import os

import numpy as np

PLOT_COLORS = ['red', 'green', 'blue', 'orange']
K = 4
NUM_TRIALS = 3
UNLABELED = -1


def main(is_semi_supervised, trial_num):
    x, z = load_gmm_dataset(os.path.join('.', 'train.csv'))
    labeled_idxs = np.where(z != UNLABELED)[0]
    unlabeled_idxs = np.where(z == UNLABELED)[0]
    x_tilde, z_tilde = x[labeled_idxs], z[labeled_idxs]
    x = x[unlabeled_idxs]

    n, d = x.shape
    perm = np.random.permutation(n)
    splits = np.array_split(x[perm], K)
    mu = np.zeros((K, d))
    sigma = np.zeros((K, d, d))
    for j, part in enumerate(splits):
        mu[j] = part.mean(axis=0)
        sigma[j] = (part - mu[j]).T.dot(part - mu[j]) / len(part)
    phi = np.zeros(K) + 1. / K
    w = np.zeros((n, K)) + 1. / K

    if is_semi_supervised:
        w = run_semi_supervised_em(x, x_tilde, z_tilde, w, phi, mu, sigma)
    else:
        w = run_em(x, w, phi, mu, sigma)
    plot_gmm_preds(x, np.argmax(w, axis=1), is_semi_supervised, plot_id=trial_num)


def run_em(x, w, phi, mu, sigma):
    eps = 1e-3  # Convergence threshold
    max_iter = 1000

    it = 0
    ll = prev_ll = None
    while it < max_iter and (prev_ll is None or np.abs(ll - prev_ll) >= eps):
        p = likelihoods(x, phi, mu, sigma)
        w = p / p.sum(axis=1)[:, np.newaxis]
        n_k = w.sum(axis=0)
        phi = n_k / x.shape[0]
        mu = w.T.dot(x) / n_k[:, np.newaxis]
        sigma = [(w[:, j] * (x - mu[j]).T).dot(x - mu[j]) / n_k[j] for j in range(K)]
        prev_ll = ll
        ll = np.log(likelihoods(x, phi, mu, sigma).sum(axis=1)).sum()
        it += 1
    return w


def run_semi_supervised_em(x, x_tilde, z_tilde, w, phi, mu, sigma):
    alpha = 20.  # Weight of the labelled examples
    eps = 1e-3  # Convergence threshold
    max_iter = 1000

    z = np.array(z_tilde).astype(int).ravel()
    it = 0
    ll = prev_ll = None
    while it < max_iter and (prev_ll is None or np.abs(ll - prev_ll) >= eps):
        p = likelihoods(x, phi, mu, sigma)
        w = p / p.sum(axis=1)[:, np.newaxis]
        phi, mu, sigma = np.zeros(K), np.zeros((K, 2)), np.zeros((K, 2, 2))
        for j in range(K):
            seen = x_tilde[z == j]
            n_j = w[:, j].sum() + alpha * len(seen)
            phi[j] = n_j / (len(x) + alpha * len(z))
            mu[j] = (w[:, j].dot(x) + alpha * seen.sum(axis=0)) / n_j
            sigma[j] = ((w[:, j] * (x - mu[j]).T).dot(x - mu[j]) + alpha * (seen - mu[j]).T.dot(seen - mu[j])) / n_j
        prev_ll = ll
        ll = np.log(likelihoods(x, phi, mu, sigma).sum(axis=1)).sum()
        ll += alpha * np.log(likelihoods(x_tilde, phi, mu, sigma)[range(len(z)), z]).sum()
        it += 1
    return w


def likelihoods(x, phi, mu, sigma):
    """phi_j N(x_i; mu_j, Sigma_j) without the factor 1/(2 pi), which cancels."""
    p = np.empty((x.shape[0], K))
    for j in range(K):
        diff = x - mu[j]
        p[:, j] = phi[j] * np.exp(-0.5 * np.sum(diff.dot(np.linalg.pinv(sigma[j])) * diff, axis=1))
        p[:, j] /= np.sqrt(np.linalg.det(sigma[j]))
    return p


def plot_gmm_preds(x, z, with_supervision, plot_id):
    from matplotlib import pyplot as plt

    plt.figure()
    for j in range(K):
        plt.plot(x[z == j, 0], x[z == j, 1], '.', color=PLOT_COLORS[j])
    plt.savefig('pred{}_{}.pdf'.format('_ss' if with_supervision else '', plot_id))
    plt.clf()


def load_gmm_dataset(csv_path):
    data = np.genfromtxt(csv_path, delimiter=',', skip_header=1)
    return data[:, :2], data[:, 2]


if __name__ == '__main__':
    np.random.seed(229)
    for t in range(NUM_TRIALS):
        main(False, t)
        main(True, t)
