"""A linear Gaussian model and its stochastic variational inference: part 3d of cs229-ps3, `src/linear_gaussian/lgm.py`.

x given z is N(W z + b, gamma^2 I) in d dimensions, z is N(0, I) in m dimensions. The approximate posterior is
q = N(qm, diag(exp(qr))^2): qr holds the logarithms of the standard deviations. Vectors are columns, logarithms natural.
"""

import numpy as np


class LinearGaussianModel:
    """A model whose weights are given; only inference is to be written.

    Attributes: W (d, m), b (d, 1), d, m, and gamma, the standard deviation of the noise. gamma may be set to another
    value after the model was made, so read `self.gamma` whenever you need it.

    Draw from any generator you like, but do not seed one inside a method: every call must bring new draws.
    Source: CS229 Fall 2020 PS3 3(d).
    """

    def __init__(self, weights_path):
        """Reads W from `weights_path` and b from b.txt in the working folder, both comma-separated text."""
        self.W = np.loadtxt(weights_path, delimiter=",", ndmin=2)  # (d, m)
        self.b = np.loadtxt("b.txt", delimiter=",").reshape(-1, 1)  # (d, 1)
        self.d, self.m = self.W.shape
        self.gamma = 0.2

    def log_likelihood(self, x: "d 1") -> float:
        """The logarithm of the marginal density of x, in nats.

        Must stay right where the density itself is too small for a float (d = 300, say): work with logarithms
        throughout. Source: CS229 Fall 2020 PS3 3(d).
        """
        raise NotImplementedError

    def elbo(self, x: "d 1", qm: "m 1", qr: "m 1", num_samples: int) -> float:
        """A Monte Carlo estimate of the evidence lower bound of x under q, in nats.

        Takes the lower bound as expected log density of x given z, minus a Kullback-Leibler divergence. The
        expectation is the average over `num_samples` independent draws of z from q, new ones in every call; the
        divergence is computed in closed form, without draws. Source: CS229 Fall 2020 PS3 3(b) and 3(d).
        """
        raise NotImplementedError

    def sgvb(
        self, x: "d 1", qm_init: "m 1", qr_init: "m 1", num_samples: int, num_iter: int = 1000, lr: float = 0.001
    ) -> "tuple of (m 1), (m 1)":
        """The pair (qm, qr) after `num_iter` steps of stochastic gradient ascent on the evidence lower bound.

        Every step adds lr times an estimate of the gradient in qm and in qr. The part that comes from log p(x | z) is
        the average over `num_samples` new draws, reparametrised with standard normal noise; the part that comes from
        the divergence is exact. Mind that qr is the logarithm of the standard deviation: its gradient is not that of
        the standard deviation. With num_iter = 0 the start comes back. Source: CS229 Fall 2020 PS3 3(c) and 3(d).
        """
        raise NotImplementedError


def experiment(number: int) -> None:
    """Prints three numbers for model 1 or 2: log-likelihood, lower bound at the start, lower bound at the end.

    Reads W<number>.txt, b.txt and x<number>.txt from the working folder; starts at q = N(0, I).
    """
    model = LinearGaussianModel(f"W{number}.txt")
    x = np.loadtxt(f"x{number}.txt", delimiter=",").reshape(-1, 1)
    qm, qr = np.zeros((model.m, 1)), np.zeros((model.m, 1))
    print(f"model {number}: log-likelihood of x         {model.log_likelihood(x):.4f}")
    print(f"model {number}: lower bound, q = N(0, I)    {model.elbo(x, qm, qr, num_samples=10000):.4f}")
    qm, qr = model.sgvb(x, qm, qr, num_samples=10, num_iter=1000, lr=0.001)
    print(f"model {number}: lower bound, q after sgvb   {model.elbo(x, qm, qr, num_samples=10000):.4f}")


if __name__ == "__main__":
    experiment(1)
    experiment(2)
