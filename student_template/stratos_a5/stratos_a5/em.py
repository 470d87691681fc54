"""EM for a bigram model with a latent class between the words: parts 1.1 to 1.3 of stratos-a5.

A sequence of T words x_1 .. x_T out of 0..V-1 and classes z_1 .. z_T out of 0..m-1 have the probability

    prod over t of  p(z_t | x_{t-1}) p(x_t | z_t),        x_0 = * , the sign before the first word

so the context of place t is the word before it. Two tables hold the parameters. `p_z_given_x` has shape (V + 1, m):
row x is p(. | x), and the last row, with index V, belongs to *. `p_x_given_z` has shape (m, V): row z is p(. | z).
Logarithms are natural. The last word is nobody's context, and * is a context once.

Every function raises ValueError when x is empty or has an entry outside 0..V-1, when V or m is less than 1, and when a
table has a shape that does not fit. A row whose context or class never occurs is not determined by the data: return the
uniform distribution there (any distribution is accepted, NaN is not).
"""

import numpy as np


def mle_complete(x: "T", z: "T", V: int, m: int) -> "tuple of (V+1, m), (m, V)":
    """The tables that maximise log p(x_1 .. x_T, z_1 .. z_T) when words and classes are both observed.

    Raises ValueError also when z has another length than x or an entry outside 0..m-1.
    Source: Stratos, assignment 5, problem 1.1.
    """
    raise NotImplementedError


def e_step(x: "T", p_z_given_x: "V+1 m", p_x_given_z: "m V") -> "T m":
    """The posterior probabilities gamma[t, z] = p(z_t = z | x_{t-1}, x_t) of every place, a distribution in each row.

    Tables may hold zeros. Raises ValueError also when a pair of words that occurs has probability 0.
    Source: Stratos, assignment 5, problem 1.2.
    """
    raise NotImplementedError


def log_likelihood(x: "T", p_z_given_x: "V+1 m", p_x_given_z: "m V") -> float:
    """log p(x_1 .. x_T), the classes summed out, in nats: a sum over the places, not a mean; -inf for probability 0.

    Must stay right for thousands of words, where the probability itself is 0 in floating point.
    Source: Stratos, assignment 5, problem 1.2.
    """
    raise NotImplementedError


def log_posterior_path(z: "T", x: "T", p_z_given_x: "V+1 m", p_x_given_z: "m V") -> float:
    """log p(z_1 .. z_T | x_1 .. x_T) of one sequence of classes, in nats; -inf when its probability is 0.

    Raises ValueError also when a pair of words that occurs has probability 0, when z has another length than x, and
    when it has an entry outside 0..m-1. Source: Stratos, assignment 5, problem 1.2.
    """
    raise NotImplementedError


def m_step(x: "T", gamma: "T m", V: int) -> "tuple of (V+1, m), (m, V)":
    """The tables that maximise the expected complete log-likelihood when the posteriors of the places are gamma.

    Both tables come from the same gamma. Raises ValueError also when gamma does not have T rows, or has a negative
    entry or one that is not finite. Source: Stratos, assignment 5, problem 1.3.
    """
    raise NotImplementedError


def init_params(V: int, m: int, rng: np.random.Generator) -> "tuple of (V+1, m), (m, V)":
    """Random tables to begin with, drawn from rng: every entry positive, every row a distribution.

    No two classes may begin alike: EM could never tell them apart. The same state of rng gives the same tables, and
    another state other ones. Source: Stratos, assignment 5, problem 1.2.
    """
    raise NotImplementedError


def em(
    x: "T", V: int, m: int, n_iter: int, init: "tuple of (V+1, m), (m, V)"
) -> "tuple of (V+1, m), (m, V), (n_iter+1)":
    """EM from the tables `init` = (p_z_given_x, p_x_given_z): the tables after exactly n_iter iterations, and a trace.

    Entry i of the trace is the log-likelihood of the tables after i iterations, so entry 0 belongs to `init` and the
    last one to the tables returned. Do not stop early; n_iter may be 0. Source: Stratos, assignment 5, problem 1.3.
    """
    raise NotImplementedError
