import numpy as np
from scipy.special import digamma, gammaln


def update_lambda(docs, phi, eta, V):
    K = phi[0].shape[1]
    lam = np.full((K, V), float(eta))
    for d, words in enumerate(docs):
        for n, v in enumerate(words):
            for k in range(K):
                lam[k, v] += phi[d][n, k]
    return lam


def update_gamma(phi, alpha):
    return np.array([alpha + p.sum(axis=0) for p in phi])


def update_phi(docs, gamma, lam):
    out = []
    for d, words in enumerate(docs):
        p = np.zeros((len(words), len(lam)))
        for n, v in enumerate(words):
            logs = digamma(gamma[d]) - digamma(gamma[d].sum()) + digamma(lam[:, v]) - digamma(lam.sum(axis=1))
            e = np.exp(logs - logs.max())
            p[n] = e / e.sum()
        out.append(p)
    return out


def dirichlet_kl(a, b):
    out = gammaln(a.sum()) - gammaln(b.sum())
    out += (gammaln(b) - gammaln(a)).sum()
    return out + np.dot(a - b, digamma(a) - digamma(a.sum()))


def elbo(docs, phi, gamma, lam, alpha, eta):
    total = 0.0
    e_beta = digamma(lam) - digamma(lam.sum(axis=1))[:, None]
    for d, words in enumerate(docs):
        e_theta = digamma(gamma[d]) - digamma(gamma[d].sum())
        for n, v in enumerate(words):
            for k in range(len(lam)):
                p = phi[d][n, k]
                if p > 0:
                    total += p * (e_theta[k] + e_beta[k, v] - np.log(p))
        total -= dirichlet_kl(gamma[d], alpha)
    for k in range(len(lam)):
        total -= dirichlet_kl(lam[k], np.full(lam.shape[1], eta))
    return total


def iterate(docs, phi, gamma, lam, alpha, eta, n_iter):
    V = lam.shape[1]
    trace = []
    for _ in range(n_iter):
        lam = update_lambda(docs, phi, eta, V)
        gamma = update_gamma(phi, alpha)
        phi = update_phi(docs, gamma, lam)
        trace.append(elbo(docs, phi, gamma, lam, alpha, eta))
    return phi, gamma, lam, trace


def beta_mstep(docs, phi, V):
    counts = update_lambda(docs, phi, 0.0, V)
    if (counts.sum(axis=1) == 0).any():
        raise ValueError("empty topic")
    return counts / counts.sum(axis=1)[:, None]
