"""Batch first everywhere, loops over the values of the codes."""
import math
import torch


def elbo_terms(q_y, q_z, p_y, p_z, log_px):
    for p in (q_y, q_z, p_y, p_z):
        if any(v < 0 for v in p) or abs(math.fsum(p) - 1) > 1e-8:
            raise ValueError
    if len(q_y) != len(p_y) or len(q_z) != len(p_z) or log_px.shape != (len(q_y), len(q_z)):
        raise ValueError
    recon = 0.0
    for a in range(len(q_y)):
        for b in range(len(q_z)):
            if q_y[a] != 0 and q_z[b] != 0:
                recon += q_y[a] * q_z[b] * log_px[a][b]

    def kl(q, p):
        terms = [float("inf") if p[i] == 0 else q[i] * (math.log(q[i]) - math.log(p[i])) for i in range(len(q)) if q[i]]
        return sum(terms)

    return recon, kl(q_y, p_y), kl(q_z, p_z)


def reparameterize(mu, var, eps):
    if mu.shape != eps.shape or mu.shape != var.shape or bool((var <= 0).sum()):
        raise ValueError("bad")
    return (mu[None] + eps[None] * var[None] ** 0.5)[0]


def kl_to_standard_normal(mu, var):
    if mu.shape != var.shape or bool((var <= 0).sum()):
        raise ValueError("bad")
    flat_mu, flat_var = mu.reshape(-1, mu.shape[-1]), var.reshape(-1, mu.shape[-1])
    out = -0.5 * torch.sum(1 + flat_var.log() - flat_mu.pow(2) - flat_var, dim=1)
    return out.reshape(mu.shape[:-1])


def elbo_single_sample(log_px, mu_y, var_y, mu_z, var_z, eps_y, eps_z):
    sample = [reparameterize(mu_y, var_y, eps_y), reparameterize(mu_z, var_z, eps_z)]
    return log_px(*sample) - sum(kl_to_standard_normal(m, v) for m, v in ((mu_y, var_y), (mu_z, var_z)))
