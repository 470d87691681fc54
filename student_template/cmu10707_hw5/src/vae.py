"""A deep VAE with Gaussian layers and the gradients of expectations: problem 12 of cmu10707-hw5.

There are L layers of latent variables h^1 .. h^L above h^0 = x, and B points in a batch; all values are torch tensors
of float64. The model is p(h^L) = N(0, I) and p(h^l | h^{l+1}) = N(mu, diag(sigma^2)) with (mu, log_sigma) =
dec[l](h^{l+1}); the approximation is q(h^{l+1} | h^l) with (mu, log_sigma) = enc[l](h^l), for l = 0 .. L-1. enc and dec
are lists of functions from (B, ...) to a pair of tensors (B, d). log_sigma always is the logarithm of the standard
deviation. eps is a list of L tensors of standard normal noise, eps[l] of the shape of h^{l+1}. Logarithms are natural.
"""

import math

import torch


def reparam(mu: "B d", root: "(B, d) or (B, d, d)", eps: "B d") -> "B d":
    """The sample with mean mu that the noise eps stands for.

    root is either the standard deviations (B, d), or matrices S (B, d, d) such that S S' is the covariance. Source:
    10707, reparameterisation; problem 12a.
    """
    raise NotImplementedError


def psd_sqrt(Sigma: "d d") -> "d d":
    """A matrix S with S S' = Sigma, for a positive definite Sigma; any will do.

    Source: 10707, reparameterisation; problem 12a.
    """
    raise NotImplementedError


def sample_posterior(x: "B n", enc: "list of L functions", eps: "list of L tensors") -> "list of L tensors":
    """The layers [h^1, .., h^L] of q(h | x) that the noise stands for, differentiable in eps and the parameters of enc.

    Source: 10707, deep VAE; problem 12a.
    """
    raise NotImplementedError


def log_weight(x: "B n", enc: "list of L functions", dec: "list of L functions", eps: "list of L tensors") -> "B":
    """log p(x, h) - log q(h | x) at the layers of sample_posterior, one number for each point.

    Source: 10707, deep VAE; problem 12b.
    """
    raise NotImplementedError


def elbo(
    x: "B n", enc: "list of L functions", dec: "list of L functions", eps_list: "list of S lists of L tensors"
) -> "scalar tensor":
    """The lower bound: the mean of log_weight over the S samples and over the batch, differentiable in all parameters.

    Source: 10707, deep VAE; problem 12b.
    """
    raise NotImplementedError


def score_grads(f, mu: "d", log_sigma: "d", eps: "S d", df_dtheta=None) -> "S 2 d":
    """For each sample z = mu + sigma eps the score estimate of the gradient of E f(z), in mu and in log_sigma.

    f maps (S, d) to (S,). df_dtheta, where given, maps (S, d) to (S, 2, d): the gradient of f itself in mu and
    log_sigma at a fixed z, which is added. No baseline. Source: 10707, score-function estimator; problem 12c.
    """
    raise NotImplementedError


def reparam_grads(f, mu: "d", log_sigma: "d", eps: "S d", df_dtheta=None) -> "S 2 d":
    """For each sample z = mu + sigma eps the reparameterised estimate of the same gradient, from the derivative of f.

    Arguments and result as for score_grads; f is differentiable in torch. Source: 10707, reparameterised estimator;
    problem 12c.
    """
    raise NotImplementedError


def generate(dec: "list of L functions", n: int, dim_top: int, gen: torch.Generator) -> "tuple of (n, ...), list of L":
    """n independent draws (x, [h^1, .., h^L]) from the model, h^L of dim_top; all randomness comes from gen.

    Source: 10707, ancestral sampling of a deep model; problem 12f.
    """
    raise NotImplementedError
