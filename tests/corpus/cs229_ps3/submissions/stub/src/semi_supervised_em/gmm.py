"""EM for a mixture of Gaussians, without and with labelled points: as handed out, nothing filled in."""

import numpy as np

PLOT_COLORS = ["red", "green", "blue", "orange"]
K = 4
NUM_TRIALS = 3
UNLABELED = -1


def main(is_semi_supervised, trial_num):
    """One trial."""
    raise NotImplementedError


def run_em(x, w, phi, mu, sigma, max_iter=1000):
    """Unsupervised EM."""
    raise NotImplementedError


def run_semi_supervised_em(x, x_tilde, z_tilde, w, phi, mu, sigma, max_iter=1000):
    """Semi-supervised EM."""
    raise NotImplementedError


if __name__ == "__main__":
    np.random.seed(229)
    for t in range(NUM_TRIALS):
        main(is_semi_supervised=False, trial_num=t)
        main(is_semi_supervised=True, trial_num=t)
