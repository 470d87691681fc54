"""PS3 problem 2 (d, e). Everything in log space and without loops over points or clusters."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

PLOT_COLORS = ["red", "green", "blue", "orange"]
K = 4
NUM_TRIALS = 3
UNLABELED = -1


def main(is_semi_supervised, trial_num):
    x_all, z_all = load_gmm_dataset(Path("train.csv"))
    labelled = z_all != UNLABELED
    x = x_all[~labelled]

    # a balanced random split into K groups, written as a one-hot matrix so that the M-step does the rest
    membership = np.random.permutation(np.arange(len(x)) % K)
    _, mu, sigma = maximise(x, one_hot(membership))
    phi = np.full(K, 1.0 / K)
    w = np.full((len(x), K), 1.0 / K)

    if is_semi_supervised:
        w = run_semi_supervised_em(x, x_all[labelled], z_all[labelled], w, phi, mu, sigma)
    else:
        w = run_em(x, w, phi, mu, sigma)
    plot_gmm_preds(x, np.argmax(w, axis=1), is_semi_supervised, plot_id=trial_num)


def run_em(x, w, phi, mu, sigma, max_iter=1000, eps=1e-3):
    return _em(x, x[:0], np.zeros((0, len(phi))), phi, mu, sigma, max_iter, eps)


def run_semi_supervised_em(x, x_tilde, z_tilde, w, phi, mu, sigma, max_iter=1000, eps=1e-3, alpha=20.0):
    return _em(x, x_tilde, alpha * one_hot(z_tilde, len(phi)), phi, mu, sigma, max_iter, eps)


def _em(x, x_tilde, r_tilde, phi, mu, sigma, max_iter, eps):
    """r_tilde: the fixed, alpha-weighted rows of the labelled points."""
    points = np.concatenate([x, x_tilde])
    history = []
    while len(history) < max_iter:
        log_w = log_joint(x, phi, mu, sigma)
        w = np.exp(log_w - logsumexp(log_w))
        phi, mu, sigma = maximise(points, np.concatenate([w, r_tilde]))
        history.append(logsumexp(log_joint(x, phi, mu, sigma)).sum() + np.vdot(r_tilde, log_joint(x_tilde, phi, mu, sigma)))
        if len(history) > 1 and abs(history[-1] - history[-2]) < eps:
            break
    return w


def log_joint(x, phi, mu, sigma):
    phi, mu, sigma = np.asarray(phi), np.asarray(mu), np.asarray(sigma)
    dev = x[:, None, :] - mu  # n k d
    maha = np.einsum("nki,kij,nkj->nk", dev, np.linalg.inv(sigma), dev)
    _, logdet = np.linalg.slogdet(2 * np.pi * sigma)
    return np.log(phi) - 0.5 * (logdet + maha)


def logsumexp(a):
    top = a.max(axis=1, keepdims=True, initial=-np.inf)
    return top + np.log(np.exp(a - top).sum(axis=1, keepdims=True))


def maximise(points, r):
    """Weighted maximum likelihood; r (n, k) are nonnegative weights."""
    n_k = r.sum(axis=0)
    mu = np.einsum("nk,nd->kd", r, points) / n_k[:, None]
    dev = points[:, None, :] - mu
    sigma = np.einsum("nk,nki,nkj->kij", r, dev, dev) / n_k[:, None, None]
    return n_k / n_k.sum(), mu, sigma


def one_hot(z, k=K):
    return (np.reshape(z, (-1, 1)) == np.arange(k)).astype(float)


def plot_gmm_preds(x, z, with_supervision, plot_id):
    fig, ax = plt.subplots(figsize=(12, 8))
    ax.set_title(f"{'Semi-supervised' if with_supervision else 'Unsupervised'} EM, trial {plot_id}")
    ax.scatter(x[:, 0], x[:, 1], c=np.array(PLOT_COLORS)[z], alpha=0.5)
    fig.savefig(f"pred{'_ss' if with_supervision else ''}_{plot_id}.pdf")
    plt.close(fig)


def load_gmm_dataset(csv_path):
    table = np.genfromtxt(csv_path, delimiter=",", names=True)
    features = [name for name in table.dtype.names if name.startswith("x")]
    return np.stack([table[name] for name in features], axis=1), table["z"].astype(int)


if __name__ == "__main__":
    np.random.seed(229)
    for t in range(NUM_TRIALS):
        main(is_semi_supervised=False, trial_num=t)
        main(is_semi_supervised=True, trial_num=t)
