"""Variational inference for latent Dirichlet allocation with Dirichlet topics: problem 11 of cmu10707-hw5.

There are D documents, K topics and V words. docs is a list of D int arrays; docs[d] has the words of document d, one
entry for each place, and a word may come again. theta_d ~ Dirichlet(alpha) with alpha (K,), beta_k ~ Dirichlet(eta, ..,
eta) over the V words, each place has a topic z ~ theta_d and a word w ~ beta_z. The approximation q has independent
parts: theta_d ~ Dirichlet(gamma[d]), gamma (D, K); beta_k ~ Dirichlet(lam[k]), lam (K, V); and topics with the
probabilities phi, a list of D arrays (N_d, K) whose rows are distributions. Logarithms are natural.
"""

import numpy as np
from scipy.special import digamma, gammaln, xlogy


def update_lambda(docs: "list of D arrays", phi: "list of (N_d, K)", eta: float, V: int) -> "K V":
    """The best lam for given phi.

    Source: 10707, variational inference for LDA; problem 11a.
    """
    # BEGIN SOLUTION
    return eta + _counts(docs, phi, V)
    # END SOLUTION


def update_gamma(phi: "list of (N_d, K)", alpha: "K") -> "D K":
    """The best gamma for given phi.

    Source: 10707, variational inference for LDA; problem 11b.
    """
    # BEGIN SOLUTION
    return np.stack([np.asarray(alpha) + np.asarray(rows).sum(axis=0) for rows in phi])
    # END SOLUTION


def update_phi(docs: "list of D arrays", gamma: "D K", lam: "K V") -> "list of (N_d, K)":
    """The best phi for given gamma and lam, whose entries lie between 1e-2 and 1e3.

    Source: 10707, variational inference for LDA; problem 11c.
    """
    # BEGIN SOLUTION
    logs = _log_beta(lam)
    found = []
    for words, g in zip(docs, gamma, strict=True):
        m = digamma(g) + logs[:, words].T
        e = np.exp(m - m.max(axis=1, keepdims=True))
        found.append(e / e.sum(axis=1, keepdims=True))
    return found
    # END SOLUTION


def elbo(docs: "list of D arrays", phi: "list of (N_d, K)", gamma: "D K", lam: "K V", alpha: "K", eta: float) -> float:
    """The lower bound on log p(docs) with all its constants; 0 log 0 counts as 0.

    Source: 10707, variational inference for LDA; problem 11d.
    """
    # BEGIN SOLUTION
    alpha, gamma, lam = (np.asarray(value, dtype=float) for value in (alpha, gamma, lam))
    log_beta = _log_beta(lam)
    total = 0.0
    for words, rows, g in zip(docs, phi, gamma, strict=True):
        log_theta = digamma(g) - digamma(g.sum())
        total += (rows * (log_theta + log_beta[:, words].T)).sum() - xlogy(rows, rows).sum()
    total -= sum(_dirichlet_kl(g, alpha) for g in gamma)
    return float(total - sum(_dirichlet_kl(row, np.full(lam.shape[1], float(eta))) for row in lam))
    # END SOLUTION


def iterate(
    docs: "list of D arrays",
    phi: "list of (N_d, K)",
    gamma: "D K",
    lam: "K V",
    alpha: "K",
    eta: float,
    n_iter: int,
) -> "tuple of phi, gamma, lam, (n_iter)":
    """n_iter rounds of updates, lam first, then gamma, then phi, each from the newest others; and the bound after each.

    Source: 10707, variational inference for LDA; problem 11e.
    """
    # BEGIN SOLUTION
    trace = []
    for _ in range(n_iter):
        lam = update_lambda(docs, phi, eta, np.shape(lam)[1])
        gamma = update_gamma(phi, alpha)
        phi = update_phi(docs, gamma, lam)
        trace.append(elbo(docs, phi, gamma, lam, alpha, eta))
    return phi, gamma, lam, np.array(trace)
    # END SOLUTION


def beta_mstep(docs: "list of D arrays", phi: "list of (N_d, K)", V: int) -> "K V":
    """The best topics, as points rather than distributions, for given phi; rows sum to one.

    Raises ValueError when a topic has no probability at any place. Source: 10707, variational EM for LDA; problem 11f.
    """
    # BEGIN SOLUTION
    counts = _counts(docs, phi, V)
    total = counts.sum(axis=1, keepdims=True)
    if (total == 0).any():
        raise ValueError("a topic has no probability at any place")
    return counts / total
    # END SOLUTION


# BEGIN SOLUTION
def _counts(docs, phi, V):
    """The expected number of times that a topic has each word, (K, V)."""
    counts = np.zeros((V, np.shape(phi[0])[1]))
    for words, rows in zip(docs, phi, strict=True):
        np.add.at(counts, words, rows)
    return counts.T


def _log_beta(lam):
    """E log beta, (K, V)."""
    lam = np.asarray(lam, dtype=float)
    return digamma(lam) - digamma(lam.sum(axis=1, keepdims=True))


def _dirichlet_kl(a, b):
    """KL(Dirichlet(a) || Dirichlet(b))."""
    normaliser = gammaln(a.sum()) - gammaln(a).sum() - gammaln(b.sum()) + gammaln(b).sum()
    return normaliser + ((a - b) * (digamma(a) - digamma(a.sum()))).sum()


# END SOLUTION
