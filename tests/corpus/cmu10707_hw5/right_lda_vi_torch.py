"""torch digamma and divergences, matrices of counts."""
import numpy as np
import torch
from torch.distributions import Dirichlet, kl_divergence


def t(x):
    return torch.tensor(np.asarray(x), dtype=torch.float64)


def bag(docs, V):
    return [np.eye(V)[w] for w in docs]


def update_lambda(docs, phi, eta, V):
    return sum((p.T @ b for p, b in zip(phi, bag(docs, V))), np.full((phi[0].shape[1], V), eta))


def update_gamma(phi, alpha):
    return [list(np.ones(len(p)) @ p + alpha) for p in phi]


def update_phi(docs, gamma, lam):
    lam = t(lam)
    eb = torch.digamma(lam) - torch.digamma(lam.sum(1, keepdim=True))
    return [torch.softmax(torch.digamma(t(g))[None] + eb[:, torch.tensor(w)].T, dim=1).numpy() for w, g in zip(docs, gamma)]


def elbo(docs, phi, gamma, lam, alpha, eta):
    lam, gamma, alpha = t(lam), t(gamma), t(alpha)
    eb = torch.digamma(lam) - torch.digamma(lam.sum(1, keepdim=True))
    total = -kl_divergence(Dirichlet(gamma), Dirichlet(alpha.expand_as(gamma))).sum()
    total = total - kl_divergence(Dirichlet(lam), Dirichlet(torch.full_like(lam, eta))).sum()
    for w, p, g in zip(docs, phi, gamma):
        p = t(p)
        et = torch.digamma(g) - torch.digamma(g.sum())
        total = total + (p * (et + eb[:, torch.tensor(w)].T)).sum() - torch.special.xlogy(p, p).sum()
    return total.item()


def iterate(docs, phi, gamma, lam, alpha, eta, n_iter):
    trace = np.zeros(n_iter)
    for i in range(n_iter):
        lam = update_lambda(docs, phi, eta, np.shape(lam)[1])
        gamma = np.array(update_gamma(phi, alpha))
        phi = update_phi(docs, gamma, lam)
        trace[i] = elbo(docs, phi, gamma, lam, alpha, eta)
    return list(phi), gamma, lam, trace


def beta_mstep(docs, phi, V):
    c = update_lambda(docs, phi, 0, V)
    if not c.sum(1).all():
        raise ValueError
    return c / c.sum(1, keepdims=True)
