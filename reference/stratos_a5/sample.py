"""What the vae properties ask the reference: values and gradients by decoder, a linear decoder's exact bound."""

import numpy as np

from reference.stratos_a5 import vae
from reference.stratos_a5.adapters import vae as adapter


def reparameterize(mu: "d", var: "d", eps: "d") -> "d":
    """The sample that the noise stands for."""
    return mu + np.sqrt(var) * eps


def kl_to_standard_normal(mu: "... d", var: "... d") -> "...":
    """The divergence from the standard normal, summed over the last axis."""
    return 0.5 * (var + mu**2 - 1 - np.log(var)).sum(axis=-1)


def elbo_single_sample(decoder, parameters, mu_y, var_y, mu_z, var_z, eps_y, eps_z) -> float:
    """The single-sample bound with a named decoder."""
    return float(adapter.elbo_single_sample(vae, decoder, parameters, mu_y, var_y, mu_z, var_z, eps_y, eps_z))


def elbo_gradients(decoder, parameters, mu_y, var_y, mu_z, var_z, eps_y, eps_z) -> dict:
    """Its gradients in codes and decoder, by name."""
    found, _ = adapter.elbo_gradients(vae, decoder, parameters, mu_y, var_y, mu_z, var_z, eps_y, eps_z)
    return {name: gradient.numpy() for name, gradient in found.items()}


def exact_elbo(parameters, mu_y, var_y, mu_z, var_z) -> float:
    """The bound of the linear Gaussian decoder with its expectation in closed form."""
    a, b, c, x, s2 = (np.asarray(parameters[name]) for name in ("A", "B", "c", "x", "s2"))
    gap = x - a @ mu_y - b @ mu_z - c
    spread = (a**2 @ var_y + b**2 @ var_z).sum()
    expected = -(spread + (gap**2).sum()) / (2 * s2) - len(x) / 2 * np.log(2 * np.pi * s2)
    return float(expected - kl_to_standard_normal(mu_y, var_y) - kl_to_standard_normal(mu_z, var_z))


def log_evidence(parameters) -> float:
    """log p(x) of the linear Gaussian decoder."""
    a, b, c, x, s2 = (np.asarray(parameters[name]) for name in ("A", "B", "c", "x", "s2"))
    cov = a @ a.T + b @ b.T + s2 * np.eye(len(x))
    gap = x - c
    return float(-(np.linalg.slogdet(2 * np.pi * cov)[1] + np.linalg.solve(cov, gap) @ gap) / 2)
