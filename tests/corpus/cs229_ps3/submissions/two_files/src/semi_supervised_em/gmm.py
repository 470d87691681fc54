# scipy densities, list-typed parameters, scikit-free np.cov M-step, likelihood taken before the M-step
import csv

import numpy as np
from scipy.stats import multivariate_normal as mvn

K, NUM_TRIALS, UNLABELED = 4, 3, -1
PLOT_COLORS = ["red", "green", "blue", "orange"]


def main(is_semi_supervised, trial_num):
    x_all, z_all = load_gmm_dataset("train.csv")
    x, x_tilde, z_tilde = x_all[z_all == -1], x_all[z_all != -1], z_all[z_all != -1]
    idx = list(range(len(x)))
    np.random.shuffle(idx)
    size = len(x) // K
    parts = [x[idx[j * size : (j + 1) * size]] for j in range(K - 1)] + [x[idx[(K - 1) * size :]]]
    mu = [p.mean(axis=0) for p in parts]
    sigma = [np.cov(p, rowvar=False) for p in parts]
    phi = [1.0 / K] * K
    w = [[1.0 / K] * K for _ in x]
    if is_semi_supervised:
        w = run_semi_supervised_em(x, x_tilde, z_tilde, w, phi, mu, sigma)
    else:
        w = run_em(x, w, phi, mu, sigma)
    plot_gmm_preds(x, np.argmax(w, axis=1), is_semi_supervised, trial_num)


def run_em(x, w, phi, mu, sigma, max_iter=1000):
    return em(x, x[:0], np.zeros((0, K)), 0.0, list(phi), list(mu), list(sigma), max_iter)


def run_semi_supervised_em(x, x_tilde, z_tilde, w, phi, mu, sigma, max_iter=1000):
    one_hot = (np.ravel(z_tilde)[:, None] == np.arange(K)).astype(float)
    return em(x, x_tilde, one_hot, 20.0, list(phi), list(mu), list(sigma), max_iter)


def em(x, x_tilde, one_hot, alpha, phi, mu, sigma, max_iter, eps=1e-3):
    everything = np.r_[x, x_tilde]
    ll, prev_ll, it = None, None, 0
    while it < max_iter and (prev_ll is None or abs(ll - prev_ll) >= eps):
        prev_ll = ll
        joint = np.column_stack([phi[j] * mvn.pdf(x, mu[j], sigma[j]) for j in range(K)])
        evidence = joint.sum(axis=1)
        ll = np.log(evidence).sum()
        if len(x_tilde):
            labelled = np.column_stack([np.log(phi[j]) + mvn.logpdf(x_tilde, mu[j], sigma[j]) for j in range(K)])
            ll += alpha * (labelled * one_hot).sum()
        w = joint / evidence[:, None]
        r = np.r_[w, alpha * one_hot]
        for j in range(K):
            phi[j] = r[:, j].sum() / r.sum()
            mu[j] = np.average(everything, axis=0, weights=r[:, j])
            sigma[j] = np.cov(everything.T, aweights=r[:, j], ddof=0)
        it += 1
    return w


def plot_gmm_preds(x, z, with_supervision, plot_id):
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots()
    ax.scatter(*x.T, c=[PLOT_COLORS[j] for j in z])
    fig.savefig(f"pred_ss_{plot_id}.pdf" if with_supervision else f"pred_{plot_id}.pdf")


def load_gmm_dataset(path):
    with open(path, newline="") as f:
        rows = list(csv.DictReader(f))
    x = np.array([[float(r["x_1"]), float(r["x_2"])] for r in rows])
    z = np.array([int(float(r["z"])) for r in rows])
    return x, z


if __name__ == "__main__":
    np.random.seed(229)
    for t in range(NUM_TRIALS):
        for semi in (False, True):
            main(semi, t)
