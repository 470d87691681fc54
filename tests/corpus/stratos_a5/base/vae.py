import numpy as np
import torch


def _distribution(p):
    p = np.asarray(p, dtype=float)
    if p.ndim != 1 or (p < 0).any() or abs(p.sum() - 1) > 1e-8:
        raise ValueError("not a distribution")
    return p


def _kl(q, p):
    out = 0.0
    for a, b in zip(q, p):
        if a > 0:
            out += np.inf if b == 0 else a * np.log(a / b)
    return out


def elbo_terms(q_y, q_z, p_y, p_z, log_px):
    q_y, q_z, p_y, p_z = map(_distribution, (q_y, q_z, p_y, p_z))
    log_px = np.asarray(log_px, dtype=float)
    if p_y.shape != q_y.shape or p_z.shape != q_z.shape or log_px.shape != (len(q_y), len(q_z)):
        raise ValueError("shapes")
    weight = np.outer(q_y, q_z)
    recon = np.where(weight > 0, weight * np.where(weight > 0, log_px, 0), 0).sum()
    return recon, _kl(q_y, p_y), _kl(q_z, p_z)


def _check(*tensors):
    if len({t.shape for t in tensors}) != 1:
        raise ValueError("shapes differ")


def reparameterize(mu, var, eps):
    _check(mu, var, eps)
    if (var <= 0).any():
        raise ValueError("variance")
    return mu + torch.sqrt(var) * eps


def kl_to_standard_normal(mu, var):
    _check(mu, var)
    if (var <= 0).any():
        raise ValueError("variance")
    inner = var + mu**2 - 1 - torch.log(var)
    return inner.sum(-1) / 2


def elbo_single_sample(log_px, mu_y, var_y, mu_z, var_z, eps_y, eps_z):
    y = reparameterize(mu_y, var_y, eps_y)
    z = reparameterize(mu_z, var_z, eps_z)
    kl = kl_to_standard_normal(mu_y, var_y) + kl_to_standard_normal(mu_z, var_z)
    return log_px(y, z) - kl
