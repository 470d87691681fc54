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
    # BEGIN SOLUTION
    theta, alpha = np.asarray(theta, dtype=float), _concentration(alpha)
    if theta.shape != alpha.shape:
        raise ValueError(f"shapes {theta.shape} and {alpha.shape} differ")
    _check_rows(theta)
    with np.errstate(divide="ignore"):
        return float(gammaln(alpha.sum()) - gammaln(alpha).sum() + xlogy(alpha - 1, theta).sum())
    # END SOLUTION


def sample(
    alpha: "K", beta: "K V", lengths: "D", rng: np.random.Generator
) -> "tuple of (D, K), list of D arrays, list of D arrays":
    """One draw (theta, z, w) of len(lengths) documents: proportions, and the topics and words of each document.

    z[d] and w[d] are int64 of shape (lengths[d],). All randomness comes from rng. Source: 10707, the generative
    process of LDA; problem 5c.
    """
    # BEGIN SOLUTION
    alpha, beta = _concentration(alpha), _topics(beta, alpha)
    theta = rng.dirichlet(alpha, len(lengths))
    document = np.repeat(np.arange(len(lengths)), lengths)
    z = _draw(theta[document], rng)
    w = _draw(beta[z], rng)
    places = np.cumsum(lengths)[:-1]
    return theta, np.split(z, places), np.split(w, places)
    # END SOLUTION


def doc_log_likelihood(w: "L", alpha: "K", beta: "K V") -> float:
    """log p(w) of one document, its topics and proportions summed and integrated out; K**L is at most 4096.

    Raises ValueError also when w has an entry outside 0..V-1. -inf where the words cannot occur; 0 for no words.
    Source: 10707, the evidence of LDA; problem 5d.
    """
    # BEGIN SOLUTION
    alpha, beta = _concentration(alpha), _topics(beta, alpha)
    w = np.asarray(w)
    if w.ndim != 1 or (w.size and ((w < 0).any() or (w >= beta.shape[1]).any())):
        raise ValueError("w needs words of 0..V-1")
    K, L = len(alpha), len(w)
    z = np.arange(K**L)[:, None] // K ** np.arange(L) % K  # (K^L, L)
    counts = (z[:, :, None] == np.arange(K)).sum(axis=1)
    topics = (gammaln(alpha + counts) - gammaln(alpha)).sum(axis=1) + gammaln(alpha.sum()) - gammaln(alpha.sum() + L)
    with np.errstate(divide="ignore"):
        return float(np.log((np.exp(topics) * beta[z, w].prod(axis=1)).sum()))
    # END SOLUTION


# BEGIN SOLUTION
def _concentration(alpha):
    """alpha as a vector of positive numbers, or ValueError."""
    alpha = np.asarray(alpha, dtype=float)
    if alpha.ndim != 1 or not (alpha > 0).all():
        raise ValueError("alpha needs positive entries")
    return alpha


def _check_rows(rows):
    """ValueError unless every row is a distribution."""
    if not (rows >= 0).all() or not (np.abs(rows.sum(axis=-1) - 1) <= 1e-8).all():
        raise ValueError("a row is no distribution")


def _topics(beta, alpha):
    """beta as a matrix of distributions, one for each entry of alpha, or ValueError."""
    beta = np.asarray(beta, dtype=float)
    if beta.ndim != 2 or len(beta) != len(alpha):
        raise ValueError(f"beta has shape {beta.shape}, there are {len(alpha)} topics")
    _check_rows(beta)
    return beta


def _draw(rows, rng):
    """One value from each row of probabilities."""
    edges = np.cumsum(rows, axis=1)
    return (rng.random((len(rows), 1)) * edges[:, -1:] >= edges).sum(axis=1)


# END SOLUTION
