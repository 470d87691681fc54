import math

import numpy as np
import torch
from torch import nn


def gmvae_elbo_terms(log_px, log_qw, log_pw, log_qz, log_pz, weight):
    S, K = log_pw.shape
    x = w = z = 0.0
    for s in range(S):
        x += weight[s] * log_px[s]
        w -= weight[s] * log_qw[s]
        for k in range(K):
            q = math.exp(log_qz[s, k])
            if q > 0:
                w += weight[s] * q * log_pw[s, k]
                z -= weight[s] * q * (log_qz[s, k] - log_pz[k])
    return x, w, z


class GMVAE(nn.Module):
    def __init__(self, x_dim, w_dim, K, hidden=32):
        super().__init__()
        self.mu = nn.Parameter(torch.randn(K, w_dim))
        self.log_sigma = nn.Parameter(torch.zeros(K))
        self.enc_w = _network(x_dim, hidden, 2 * w_dim)
        self.enc_z = _network(x_dim + w_dim, hidden, K)
        self.dec = _network(w_dim, hidden, 2 * x_dim)


def _network(n_in, hidden, n_out):
    return nn.Sequential(nn.Linear(n_in, hidden), nn.Tanh(), nn.Linear(hidden, n_out))


def elbo(model, x, eps):
    W, D = eps.shape[1], x.shape[1]
    h = model.enc_w(x)
    qw = torch.distributions.Normal(h[:, :W], torch.exp(h[:, W:] / 2))
    w = qw.loc + qw.scale * eps
    h = model.dec(w)
    px = torch.distributions.Normal(h[:, :D], torch.exp(h[:, D:] / 2))
    log_qz = model.enc_z(torch.cat((x, w), 1)).log_softmax(1)
    pw = torch.distributions.Normal(model.mu, model.log_sigma.exp()[:, None].expand_as(model.mu))
    log_pw = pw.log_prob(w[:, None]).sum(2)
    q = log_qz.exp()
    return {
        "x": px.log_prob(x).sum(1),
        "w": (q * log_pw).sum(1) - qw.log_prob(w).sum(1),
        "z": (q * (-math.log(model.mu.shape[0]) - log_qz)).sum(1),
    }


def train_gmvae(X, K, w_dim, generator, max_steps=1500):
    model = GMVAE(X.shape[1], w_dim, K)
    opt = torch.optim.Adam(model.parameters(), lr=5e-3)
    trace = []
    while len(trace) < max_steps:
        order = torch.randperm(len(X), generator=generator)
        for batch in order.split(200):
            if len(trace) == max_steps:
                break
            terms = elbo(model, X[batch], torch.randn(len(batch), w_dim, generator=generator))
            bound = (terms["x"] + terms["w"] + terms["z"]).mean()
            opt.zero_grad()
            loss = -bound
            loss.backward()
            opt.step()
            trace.append(float(bound))
    return model.state_dict(), trace
