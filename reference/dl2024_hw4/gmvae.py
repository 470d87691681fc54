"""A VAE with a mixture of Gaussians as prior: the code of problems 7.1 and 7.2 of dl2024-hw4.

z is one of K components, w | z = k is N(mu_k, sigma_k^2 I), and x | w is Gaussian with a mean and a diagonal variance
that a network makes of w. Given x, q(w | x) q(z | w, x) stands in for the posterior. The bound on log p(x) has three
terms that are added, so that the last two carry their minus sign:

    x     E_q(w|x) [ log p(x | w) ]
    w     - E_q(w,z|x) [ log q(w | x) - log p(w | z) ]
    z     - E_q(w|x) [ KL(q(z | w, x) || p(z)) ]

Part 7.1 is NumPy, part 7.2 torch. Logarithms are natural.
"""

import math

import numpy as np
import torch
from torch import nn


def gmvae_elbo_terms(
    log_px: "S", log_qw: "S", log_pw: "S K", log_qz: "S K", log_pz: "K", weight: "S"
) -> "tuple of three floats":
    """The terms (x, w, z) of the bound for one x, where S points w_s with weights that sum to 1 stand for q(w | x).

    log_px[s] = log p(x | w_s), log_qw[s] = log q(w_s | x), log_pw[s, k] = log p(w_s | z = k), log_qz[s, k] = log q(z =
    k | w_s, x), log_pz[k] = log p(z = k). An entry of log_qz may be -inf: 0 log 0 is 0, and such a k adds nothing to
    any term. Source: Deep Learning 2024, homework 4, problem 7.1.
    """
    # BEGIN SOLUTION
    log_px, log_qw, log_pw, log_qz, log_pz, weight = (
        np.asarray(value, dtype=float) for value in (log_px, log_qw, log_pw, log_qz, log_pz, weight)
    )
    qz = np.exp(log_qz)
    inside = qz > 0
    from_prior = np.where(inside, qz * (np.where(inside, log_qz, 0) - log_pz), 0).sum(axis=1)
    expected_pw = np.where(inside, qz * np.where(inside, log_pw, 0), 0).sum(axis=1)
    return float(weight @ log_px), float(weight @ (expected_pw - log_qw)), float(-weight @ from_prior)
    # END SOLUTION


class GMVAE(nn.Module):
    """The model of part 7.2 and its two encoders; given, not to be changed.

    Parameters `mu` (K, w_dim) and `log_sigma` (K,) are those of p(w | z). Networks with one hidden layer give twice as
    many outputs as there are dimensions, the means first and the logarithms of the variances behind them: `enc_w` of x
    for q(w | x), `dec` of w for p(x | w). `enc_z` gives the K logits of q(z | w, x) of x and w side by side, x first.
    """

    def __init__(self, x_dim: int, w_dim: int, K: int, hidden: int = 32):
        super().__init__()
        self.mu = nn.Parameter(torch.randn(K, w_dim))
        self.log_sigma = nn.Parameter(torch.zeros(K))
        self.enc_w = _network(x_dim, hidden, 2 * w_dim)
        self.enc_z = _network(x_dim + w_dim, hidden, K)
        self.dec = _network(w_dim, hidden, 2 * x_dim)


def _network(n_in: int, hidden: int, n_out: int):
    """One hidden layer of tanh units."""
    return nn.Sequential(nn.Linear(n_in, hidden), nn.Tanh(), nn.Linear(hidden, n_out))


def elbo(model: GMVAE, x: "B D", eps: "B w_dim") -> "dict of x (B), w (B), z (B)":
    """The three terms for each row of x, with one sample w = mean + exp(logvar / 2) eps and the sum over z exact.

    p(z) is uniform over the K components. Tensors under the keys "x", "w" and "z", differentiable in every parameter of
    the model. Source: Deep Learning 2024, homework 4, problem 7.2.
    """
    # BEGIN SOLUTION
    mean, logvar = model.enc_w(x).chunk(2, dim=1)
    w = mean + torch.exp(logvar / 2) * eps
    x_mean, x_logvar = model.dec(w).chunk(2, dim=1)
    log_qz = torch.log_softmax(model.enc_z(torch.cat([x, w], dim=1)), dim=1)
    qz = log_qz.exp()
    spread = 2 * model.log_sigma[:, None].expand_as(model.mu)
    log_pw = _log_normal(w[:, None, :], model.mu, spread)  # (B, K)
    return {
        "x": _log_normal(x, x_mean, x_logvar),
        "w": (qz * log_pw).sum(dim=1) - _log_normal(w, mean, logvar),
        "z": -(qz * (log_qz + math.log(len(model.mu)))).sum(dim=1),
    }
    # END SOLUTION


def train_gmvae(
    X: "n D", K: int, w_dim: int, generator: torch.Generator, max_steps: int = 1500
) -> "tuple of dict of tensors, list of float":
    """A GMVAE(D, w_dim, K) trained on X: its state_dict(), and the mean bound at each step in a list.

    At most max_steps steps of an optimiser; all of its parameters are to be trained, enc_z too: the bound is measured
    with the model's own q(z | w, x). Draw minibatches and noise from the generator. On the data of the handout 1500
    steps of Adam with a rate of 5e-3 and 200 rows a step do, and take a few seconds. Source: Deep Learning 2024,
    homework 4, problem 7.2.
    """
    # BEGIN SOLUTION
    model = GMVAE(X.shape[1], w_dim, K)
    X = X.to(torch.float32)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    trace = []
    for _ in range(max_steps):
        rows = torch.randint(len(X), (min(200, len(X)),), generator=generator)
        eps = torch.randn(len(rows), w_dim, generator=generator)
        bound = sum(elbo(model, X[rows], eps).values()).mean()
        optimizer.zero_grad()
        (-bound).backward()
        optimizer.step()
        trace.append(bound.item())
    return model.state_dict(), trace
    # END SOLUTION


# BEGIN SOLUTION
def _log_normal(x, mean, logvar):
    """The log density of N(mean, diag(exp(logvar))), summed over the last axis."""
    return -0.5 * (math.log(2 * math.pi) + logvar + (x - mean) ** 2 * torch.exp(-logvar)).sum(dim=-1)


# END SOLUTION
