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
    # BEGIN SOLUTION
    return mu + (root * eps if root.dim() == mu.dim() else (root @ eps.unsqueeze(-1)).squeeze(-1))
    # END SOLUTION


def psd_sqrt(Sigma: "d d") -> "d d":
    """A matrix S with S S' = Sigma, for a positive definite Sigma; any will do.

    Source: 10707, reparameterisation; problem 12a.
    """
    # BEGIN SOLUTION
    return torch.linalg.cholesky(Sigma)
    # END SOLUTION


def sample_posterior(x: "B n", enc: "list of L functions", eps: "list of L tensors") -> "list of L tensors":
    """The layers [h^1, .., h^L] of q(h | x) that the noise stands for, differentiable in eps and the parameters of enc.

    Source: 10707, deep VAE; problem 12a.
    """
    # BEGIN SOLUTION
    layers = [x]
    for encoder, noise in zip(enc, eps, strict=True):
        mu, log_sigma = encoder(layers[-1])
        layers.append(reparam(mu, log_sigma.exp(), noise))
    return layers[1:]
    # END SOLUTION


def log_weight(x: "B n", enc: "list of L functions", dec: "list of L functions", eps: "list of L tensors") -> "B":
    """log p(x, h) - log q(h | x) at the layers of sample_posterior, one number for each point.

    Source: 10707, deep VAE; problem 12b.
    """
    # BEGIN SOLUTION
    layers = [x, *sample_posterior(x, enc, eps)]
    top = layers[-1]
    total = _log_normal(top, torch.zeros_like(top), torch.zeros_like(top))
    for below, above, encoder, decoder in zip(layers[:-1], layers[1:], enc, dec, strict=True):
        total = total + _log_normal(below, *decoder(above)) - _log_normal(above, *encoder(below))
    return total
    # END SOLUTION


def elbo(
    x: "B n", enc: "list of L functions", dec: "list of L functions", eps_list: "list of S lists of L tensors"
) -> "scalar tensor":
    """The lower bound: the mean of log_weight over the S samples and over the batch, differentiable in all parameters.

    Source: 10707, deep VAE; problem 12b.
    """
    # BEGIN SOLUTION
    return torch.stack([log_weight(x, enc, dec, eps) for eps in eps_list]).mean()
    # END SOLUTION


def score_grads(f, mu: "d", log_sigma: "d", eps: "S d", df_dtheta=None) -> "S 2 d":
    """For each sample z = mu + sigma eps the score estimate of the gradient of E f(z), in mu and in log_sigma.

    f maps (S, d) to (S,). df_dtheta, where given, maps (S, d) to (S, 2, d): the gradient of f itself in mu and
    log_sigma at a fixed z, which is added. No baseline. Source: 10707, score-function estimator; problem 12c.
    """
    # BEGIN SOLUTION
    z = mu + log_sigma.exp() * eps
    found = f(z)[:, None, None] * torch.stack([eps / log_sigma.exp(), eps**2 - 1], dim=1)
    return found if df_dtheta is None else found + df_dtheta(z)
    # END SOLUTION


def reparam_grads(f, mu: "d", log_sigma: "d", eps: "S d", df_dtheta=None) -> "S 2 d":
    """For each sample z = mu + sigma eps the reparameterised estimate of the same gradient, from the derivative of f.

    Arguments and result as for score_grads; f is differentiable in torch. Source: 10707, reparameterised estimator;
    problem 12c.
    """
    # BEGIN SOLUTION
    z = (mu + log_sigma.exp() * eps).detach().requires_grad_()
    (slope,) = torch.autograd.grad(f(z).sum(), z)
    found = torch.stack([slope, slope * log_sigma.exp() * eps], dim=1)
    return found if df_dtheta is None else found + df_dtheta(z.detach())
    # END SOLUTION


def generate(dec: "list of L functions", n: int, dim_top: int, gen: torch.Generator) -> "tuple of (n, ...), list of L":
    """n independent draws (x, [h^1, .., h^L]) from the model, h^L of dim_top; all randomness comes from gen.

    Source: 10707, ancestral sampling of a deep model; problem 12f.
    """
    # BEGIN SOLUTION
    layers = [torch.randn(n, dim_top, generator=gen, dtype=torch.float64)]
    for decoder in reversed(dec):
        mu, log_sigma = decoder(layers[0])
        noise = torch.randn(mu.shape, generator=gen, dtype=torch.float64)
        layers.insert(0, reparam(mu, log_sigma.exp(), noise))
    return layers[0], layers[1:]
    # END SOLUTION


# BEGIN SOLUTION
def _log_normal(h, mu, log_sigma):
    """log N(h; mu, diag(sigma^2)), summed over the last axis."""
    return (-0.5 * ((h - mu) / log_sigma.exp()) ** 2 - log_sigma - 0.5 * math.log(2 * math.pi)).sum(dim=-1)


# END SOLUTION
