"""The Dirichlet distribution and latent Dirichlet allocation as a generator of documents: problem 5 of cmu10707-hw5.

There are K topics and V words. beta has shape (K, V), and its rows are distributions: beta[k] is p(word | topic k). A
document of L words has proportions theta ~ Dirichlet(alpha) over the topics; each of its words has a topic z ~ theta of
its own and is then drawn from beta[z]. Words and topics are int64 and begin at 0. Logarithms are natural.

Every function raises ValueError when shapes do not fit, when an entry of alpha is not positive, and when theta or a row
of beta is no distribution (an entry that is negative or NaN, or a sum that is further than 1e-8 from 1).
"""

import numpy as np
from scipy.special import gammaln, xlogy


def dirichlet_logpdf(theta: "K", alpha: "K") -> float:
    """log Dirichlet(theta; alpha) with respect to the first K - 1 coordinates.

    Where theta_k is 0, alpha_k = 1 contributes 0, a larger alpha_k makes the result -inf and a smaller one +inf; both
    in one theta are not tried. Source: 10707, Dirichlet distribution; problem 5a.
    """
    raise NotImplementedError


def sample(
    alpha: "K", beta: "K V", lengths: "D", rng: np.random.Generator
) -> "tuple of (D, K), list of D arrays, list of D arrays":
    """One draw (theta, z, w) of len(lengths) documents: proportions, and the topics and words of each document.

    z[d] and w[d] are int64 of shape (lengths[d],). All randomness comes from rng. Source: 10707, the generative
    process of LDA; problem 5c.
    """
    raise NotImplementedError


def doc_log_likelihood(w: "L", alpha: "K", beta: "K V") -> float:
    """log p(w) of one document, its topics and proportions summed and integrated out; K**L is at most 4096.

    Raises ValueError also when w has an entry outside 0..V-1. -inf where the words cannot occur; 0 for no words.
    Source: 10707, the evidence of LDA; problem 5d.
    """
    raise NotImplementedError
