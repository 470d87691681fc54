"""Parts 2d and 2e: EM for a Gaussian mixture, without labels and with a few; the script makes the six figures.

Run it in its own folder, beside train.csv. Names and arguments are those of the course's starter file.
"""

import numpy as np

K = 4  # clusters
NUM_TRIALS = 3  # runs of either kind, each from its own random start
UNLABELED = -1  # the label of a point without one
PLOT_COLORS = ["red", "green", "blue", "orange"]  # colour of each cluster
ALPHA = 20.0  # what a labelled point counts, against 1 for an unlabelled one
EPS = 1e-3  # the objective has settled when it moves by less than this


def main(is_semi_supervised: bool, trial_num: int) -> None:
    """Loads train.csv, runs EM of either kind from a random start, and writes the figure of this trial.

    Source: CS229 Fall 2020 PS3 2(d), 2(e).
    """
    print(f"Running {'semi-supervised' if is_semi_supervised else 'unsupervised'} EM, trial {trial_num} ...")
    x_all, z_all = load_gmm_dataset("train.csv")
    labelled = z_all != UNLABELED
    x, x_tilde, z_tilde = x_all[~labelled], x_all[labelled], z_all[labelled]
    w, phi, mu, sigma = random_start(x)
    if is_semi_supervised:
        w = run_semi_supervised_em(x, x_tilde, z_tilde, w, phi, mu, sigma)
    else:
        w = run_em(x, w, phi, mu, sigma)
    plot_gmm_preds(x, w.argmax(axis=1), is_semi_supervised, plot_id=trial_num)


def random_start(x: "n d") -> "tuple[n K, K, K d, K d d]":
    """Where a trial starts: (w, phi, mu, sigma).

    The points are split into K groups uniformly at random (use np.random, which the script seeds); mu[j] and sigma[j]
    are the sample mean and the sample covariance of group j. phi gives every cluster the same weight, and so does
    every row of w. Only main calls this function: you may do the same there and delete it.
    Source: CS229 Fall 2020 PS3 2(d).
    """
    raise NotImplementedError


def run_em(x: "n d", w: "n k", phi: "k", mu: "k d", sigma: "k d d", max_iter: int = 1000) -> "n k":
    """EM on unlabelled points; returns the responsibilities of the last E-step.

    x rows are points; phi, mu, sigma are where the first E-step starts; w only tells the shape of the answer.
    Each iteration is an E-step, then an M-step, then the objective at the new parameters, which is the log-likelihood
    of x summed (not averaged) over the points. Stop after the first iteration whose objective differs from that of the
    iteration before by less than EPS, and never do more than max_iter iterations.
    Source: CS229 Fall 2020 PS3 2(d).
    """
    raise NotImplementedError


def run_semi_supervised_em(
    x: "n d", x_tilde: "m d", z_tilde: "m", w: "n k", phi: "k", mu: "k d", sigma: "k d d", max_iter: int = 1000
) -> "n k":
    """EM on unlabelled points and a few labelled ones; returns the responsibilities of the unlabelled points.

    z_tilde holds the labels of the rows of x_tilde as integers 0..k-1, one axis: np.array([0, 0, 1, 3]).
    Iterations, stopping and the result are as in run_em. The objective is the log-likelihood of x plus ALPHA times the
    summed log density of the pairs (x_tilde[i], z_tilde[i]), point and label jointly, at the parameters after the
    M-step.
    Source: CS229 Fall 2020 PS3 2(e).
    """
    raise NotImplementedError


def plot_gmm_preds(x: "n 2", z: "n", with_supervision: bool, plot_id: int) -> None:
    """Writes pred_<id>.pdf, or pred_ss_<id>.pdf with supervision: points x in the colours of their clusters z."""
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(12, 8))
    axes.scatter(x[:, 0], x[:, 1], c=[PLOT_COLORS[int(j)] for j in z], alpha=0.5)
    kind = "Semi-supervised" if with_supervision else "Unsupervised"
    axes.set(title=f"{kind} GMM predictions", xlabel="$x_1$", ylabel="$x_2$")
    figure.savefig(f"pred{'_ss' if with_supervision else ''}_{plot_id}.pdf")
    plt.close(figure)


def load_gmm_dataset(csv_path: str) -> "tuple[n d, n]":
    """Reads a data file with a header: columns x_1, x_2, ... are the features, column z is the label.

    Returns the features as floats and the labels as integers with one axis, UNLABELED where a point has none.
    """
    with open(csv_path, encoding="utf-8") as file:
        header = file.readline().strip().split(",")
    table = np.loadtxt(csv_path, delimiter=",", skiprows=1, ndmin=2)
    features = [i for i, name in enumerate(header) if name.startswith("x")]
    return table[:, features], table[:, header.index("z")].astype(np.int64)


if __name__ == "__main__":
    np.random.seed(229)
    for trial in range(NUM_TRIALS):
        main(is_semi_supervised=False, trial_num=trial)
        main(is_semi_supervised=True, trial_num=trial)
