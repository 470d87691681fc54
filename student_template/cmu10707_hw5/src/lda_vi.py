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
    raise NotImplementedError


def update_gamma(phi: "list of (N_d, K)", alpha: "K") -> "D K":
    """The best gamma for given phi.

    Source: 10707, variational inference for LDA; problem 11b.
    """
    raise NotImplementedError


def update_phi(docs: "list of D arrays", gamma: "D K", lam: "K V") -> "list of (N_d, K)":
    """The best phi for given gamma and lam, whose entries lie between 1e-2 and 1e3.

    Source: 10707, variational inference for LDA; problem 11c.
    """
    raise NotImplementedError


def elbo(docs: "list of D arrays", phi: "list of (N_d, K)", gamma: "D K", lam: "K V", alpha: "K", eta: float) -> float:
    """The lower bound on log p(docs) with all its constants; 0 log 0 counts as 0.

    Source: 10707, variational inference for LDA; problem 11d.
    """
    raise NotImplementedError


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
    raise NotImplementedError


def beta_mstep(docs: "list of D arrays", phi: "list of (N_d, K)", V: int) -> "K V":
    """The best topics, as points rather than distributions, for given phi; rows sum to one.

    Raises ValueError when a topic has no probability at any place. Source: 10707, variational EM for LDA; problem 11f.
    """
    raise NotImplementedError
