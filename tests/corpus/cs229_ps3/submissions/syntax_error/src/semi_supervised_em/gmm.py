import numpy as np

K = 4


def main(is_semi_supervised, trial_num)
    x_all, z_all = load_gmm_dataset('train.csv')
    x = x_all[z_all == -1]
    w = np.ones((len(x), K)) / K


def run_em(x, w, phi, mu, sigma, max_iter=1000):
    return w


def run_semi_supervised_em(x, x_tilde, z_tilde, w, phi, mu, sigma, max_iter=1000):
    return w
