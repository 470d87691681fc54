import numpy as np
import torch


def reparam(mu, root, eps):
    if root.ndim == 3:
        return mu + torch.einsum("bij,bj->bi", root, eps)
    return mu + root * eps


def psd_sqrt(Sigma):
    values, vectors = torch.linalg.eigh(Sigma)
    return vectors @ torch.diag(torch.sqrt(values)) @ vectors.T


def sample_posterior(x, enc, eps):
    hs = []
    h = x
    for l in range(len(enc)):
        mu, log_sigma = enc[l](h)
        h = mu + torch.exp(log_sigma) * eps[l]
        hs.append(h)
    return hs


def log_normal(h, mu, log_sigma):
    var = torch.exp(2 * log_sigma)
    return torch.sum(-0.5 * (h - mu) ** 2 / var - log_sigma - 0.5 * np.log(2 * np.pi), dim=1)


def log_weight(x, enc, dec, eps):
    hs = sample_posterior(x, enc, eps)
    all_h = [x] + hs
    L = len(enc)
    log_p = torch.sum(-0.5 * hs[-1] ** 2 - 0.5 * np.log(2 * np.pi), dim=1)
    log_q = 0.0
    for l in range(L):
        mu, log_sigma = dec[l](all_h[l + 1])
        log_p = log_p + log_normal(all_h[l], mu, log_sigma)
        mu, log_sigma = enc[l](all_h[l])
        log_q = log_q + log_normal(all_h[l + 1], mu, log_sigma)
    return log_p - log_q


def elbo(x, enc, dec, eps_list):
    total = 0.0
    for eps in eps_list:
        total = total + log_weight(x, enc, dec, eps).mean()
    return total / len(eps_list)


def score_grads(f, mu, log_sigma, eps, df_dtheta=None):
    sigma = torch.exp(log_sigma)
    z = mu + sigma * eps
    value = f(z).unsqueeze(1)
    out = torch.stack([value * eps / sigma, value * (eps**2 - 1)], dim=1)
    if df_dtheta is not None:
        out = out + df_dtheta(z)
    return out


def reparam_grads(f, mu, log_sigma, eps, df_dtheta=None):
    sigma = torch.exp(log_sigma)
    z = (mu + sigma * eps).clone().requires_grad_(True)
    slope = torch.autograd.grad(f(z).sum(), z)[0]
    out = torch.stack([slope, slope * sigma * eps], dim=1)
    if df_dtheta is not None:
        out = out + df_dtheta(z.detach())
    return out


def generate(dec, n, dim_top, gen):
    h = torch.randn((n, dim_top), generator=gen, dtype=torch.float64)
    hs = [h]
    for l in range(len(dec) - 1, -1, -1):
        mu, log_sigma = dec[l](h)
        h = mu + torch.exp(log_sigma) * torch.randn(mu.shape, generator=gen, dtype=torch.float64)
        hs.insert(0, h)
    return hs[0], hs[1:]
