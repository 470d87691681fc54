"""torch.distributions, einsum, rel_entr; log-variances inside; the two codes as one batch."""
import numpy as np
import torch
from scipy.special import rel_entr
from torch.distributions import Independent, Normal, kl_divergence


def elbo_terms(q_y, q_z, p_y, p_z, log_px):
    for p in (q_y, q_z, p_y, p_z):
        if np.ndim(p) != 1 or np.min(p) < 0 or not np.isclose(np.sum(p), 1, rtol=0, atol=1e-8):
            raise ValueError("distribution")
    if np.shape(q_y) != np.shape(p_y) or np.shape(q_z) != np.shape(p_z) or np.shape(log_px) != (len(q_y), len(q_z)):
        raise ValueError("shape")
    w = np.einsum("a,b->ab", q_y, q_z)
    with np.errstate(invalid="ignore"):
        recon = np.einsum("ab->", np.nan_to_num(w * log_px, nan=0.0, neginf=-np.inf))
    return [np.float64(recon), torch.tensor(rel_entr(q_y, p_y).sum()), np.array([rel_entr(q_z, p_z).sum()])]


def _same(*shapes):
    if len(set(map(tuple, shapes))) > 1:
        raise ValueError("shape")


def reparameterize(mu, var, eps):
    _same(mu.shape, var.shape, eps.shape)
    if not torch.all(var > 0):
        raise ValueError("var")
    logvar = torch.log(var)
    return mu + torch.exp(0.5 * logvar) * eps


def kl_to_standard_normal(mu, var):
    _same(mu.shape, var.shape)
    if not torch.all(var > 0):
        raise ValueError("var")
    q = Independent(Normal(mu, var.sqrt()), 1)
    return kl_divergence(q, Independent(Normal(torch.zeros_like(mu), torch.ones_like(mu)), 1))


def elbo_single_sample(log_px, mu_y, var_y, mu_z, var_z, eps_y, eps_z):
    mu, var = torch.stack([mu_y, mu_z]), torch.stack([var_y, var_z])
    y, z = reparameterize(mu, var, torch.stack([eps_y, eps_z]))
    return (log_px(y, z) - kl_to_standard_normal(mu, var).sum()).reshape(1)
