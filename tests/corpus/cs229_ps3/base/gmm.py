"""CS229 problem set 3, question 2: EM for a mixture of Gaussians, without and with labelled points."""

import os

import numpy as np

PLOT_COLORS = ["red", "green", "blue", "orange"]
K = 4
NUM_TRIALS = 3
UNLABELED = -1
LOG_2PI = np.log(2 * np.pi)


def main(is_semi_supervised, trial_num):
    """One trial: read the data, split it at random into K groups, run EM, plot the clusters."""
    x_all, z_all = load_gmm_dataset(os.path.join(".", "train.csv"))
    is_labelled = z_all != UNLABELED
    x, x_tilde, z_tilde = x_all[~is_labelled], x_all[is_labelled], z_all[is_labelled]

    n = x.shape[0]
    order = np.random.permutation(n)
    groups = np.array_split(order, K)
    mu = np.array([x[group].mean(axis=0) for group in groups])
    sigma = np.array([np.cov(x[group].T, bias=True) for group in groups])
    phi = np.full(K, 1 / K)
    w = np.full((n, K), 1 / K)

    if is_semi_supervised:
        w = run_semi_supervised_em(x, x_tilde, z_tilde, w, phi, mu, sigma)
    else:
        w = run_em(x, w, phi, mu, sigma)
    plot_gmm_preds(x, w.argmax(axis=1), is_semi_supervised, plot_id=trial_num)


def run_em(x, w, phi, mu, sigma, max_iter=1000):
    """Responsibilities (n, K) of the last E-step; stops when the log-likelihood moves by less than eps."""
    eps = 1e-3
    it = 0
    ll = prev_ll = None
    while it < max_iter and (prev_ll is None or abs(ll - prev_ll) >= eps):
        prev_ll = ll
        w = e_step(x, phi, mu, sigma)
        phi, mu, sigma = m_step(x, w)
        ll = log_sum_exp(log_joint(x, phi, mu, sigma)).sum()
        it += 1
    return w


def run_semi_supervised_em(x, x_tilde, z_tilde, w, phi, mu, sigma, max_iter=1000):
    """The same with labelled points x_tilde, z_tilde, each of which counts alpha times."""
    alpha = 20.0
    tolerance = 1e-3
    z_tilde = np.asarray(z_tilde).reshape(-1).astype(int)
    one_hot = np.eye(len(phi))[z_tilde]  # (nt, K)
    step = 0
    value = previous = None
    while step < max_iter and (previous is None or abs(value - previous) >= tolerance):
        previous = value
        resp = e_step(x, phi, mu, sigma)
        phi, mu, sigma = m_step_semi(x, resp, x_tilde, one_hot, alpha)
        pairs = log_joint(x_tilde, phi, mu, sigma)
        labelled = (one_hot * pairs).sum()
        unlabelled = log_sum_exp(log_joint(x, phi, mu, sigma)).sum()
        value = unlabelled + alpha * labelled
        step += 1
    return resp


def log_joint(x, phi, mu, sigma):
    """log p(x_i, z_i = j), shape (n, K)."""
    n, d = x.shape
    out = np.empty((n, len(phi)))
    for j in range(len(phi)):
        dev = x - mu[j]
        precision = np.linalg.inv(sigma[j])
        maha = (dev @ precision * dev).sum(axis=1)
        logdet = np.linalg.slogdet(sigma[j])[1]
        out[:, j] = np.log(phi[j]) - 0.5 * d * LOG_2PI - 0.5 * logdet - 0.5 * maha
    return out


def log_sum_exp(a):
    """log of the row sums of exp(a), shape (n,)."""
    top = a.max(axis=1)
    return top + np.log(np.exp(a - top[:, None]).sum(axis=1))


def e_step(x, phi, mu, sigma):
    """p(z_i = j | x_i), shape (n, K)."""
    scores = log_joint(x, phi, mu, sigma)
    post = np.exp(scores - log_sum_exp(scores)[:, None])
    return post


def m_step(x, w):
    """Weighted maximum likelihood from unlabelled points."""
    n, d = x.shape
    count = w.sum(axis=0)  # (K,)
    phi = count / n
    mu = (w.T @ x) / count[:, None]
    sigma = np.empty((len(count), d, d))
    for j in range(len(count)):
        dev = x - mu[j]
        sigma[j] = (w[:, j, None] * dev).T @ dev / count[j]
    return phi, mu, sigma


def m_step_semi(x, resp, x_tilde, one_hot, alpha):
    """Weighted maximum likelihood from unlabelled points and alpha copies of the labelled ones."""
    weights = np.vstack([resp, alpha * one_hot])
    points = np.vstack([x, x_tilde])
    mass = weights.sum(axis=0)
    phi = mass / (len(x) + alpha * len(x_tilde))
    mu = (weights.T @ points) / mass[:, None]
    sigma = []
    for j in range(len(mass)):
        centred = points - mu[j]
        sigma.append((weights[:, j, None] * centred).T @ centred / mass[j])
    return phi, mu, np.array(sigma)


def plot_gmm_preds(x, z, with_supervision, plot_id):
    """Scatter plot of the points in the colours of their clusters, saved as a PDF."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.figure(figsize=(12, 8))
    plt.title("{} GMM predictions".format("Semi-supervised" if with_supervision else "Unsupervised"))
    plt.xlabel("$x_1$")
    plt.ylabel("$x_2$")
    colours = [PLOT_COLORS[int(label)] if label >= 0 else "gray" for label in z]
    plt.scatter(x[:, 0], x[:, 1], c=colours, alpha=0.5)
    plt.savefig("pred{}_{}.pdf".format("_ss" if with_supervision else "", plot_id))
    plt.close()


def load_gmm_dataset(csv_path):
    """Features (n, d) and integer labels (n,) of a CSV file with a header."""
    with open(csv_path) as f:
        header = f.readline().strip().split(",")
    features = [i for i, name in enumerate(header) if name.startswith("x")]
    label = header.index("z")
    table = np.loadtxt(csv_path, delimiter=",", skiprows=1)
    return table[:, features], table[:, label].astype(int)


if __name__ == "__main__":
    np.random.seed(229)
    for t in range(NUM_TRIALS):
        main(is_semi_supervised=False, trial_num=t)
        main(is_semi_supervised=True, trial_num=t)
