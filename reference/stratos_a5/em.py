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
    # BEGIN SOLUTION
    x = _words(x, V)
    z = np.asarray(z)
    if m < 1 or z.shape != x.shape or (z < 0).any() or (z >= m).any():
        raise ValueError("z needs one class of 0..m-1 for every word")
    return m_step(x, np.eye(m)[z], V)
    # END SOLUTION


def e_step(x: "T", p_z_given_x: "V+1 m", p_x_given_z: "m V") -> "T m":
    """The posterior probabilities gamma[t, z] = p(z_t = z | x_{t-1}, x_t) of every place, a distribution in each row.

    Tables may hold zeros. Raises ValueError also when a pair of words that occurs has probability 0.
    Source: Stratos, assignment 5, problem 1.2.
    """
    # BEGIN SOLUTION
    joint = _joint(x, p_z_given_x, p_x_given_z)
    total = joint.sum(axis=1, keepdims=True)
    if (total == 0).any():
        raise ValueError("a pair of words that occurs has probability 0")
    return joint / total
    # END SOLUTION


def log_likelihood(x: "T", p_z_given_x: "V+1 m", p_x_given_z: "m V") -> float:
    """log p(x_1 .. x_T), the classes summed out, in nats: a sum over the places, not a mean; -inf for probability 0.

    Must stay right for thousands of words, where the probability itself is 0 in floating point.
    Source: Stratos, assignment 5, problem 1.2.
    """
    # BEGIN SOLUTION
    total = _joint(x, p_z_given_x, p_x_given_z).sum(axis=1)
    with np.errstate(divide="ignore"):
        return float(np.log(total).sum())
    # END SOLUTION


def log_posterior_path(z: "T", x: "T", p_z_given_x: "V+1 m", p_x_given_z: "m V") -> float:
    """log p(z_1 .. z_T | x_1 .. x_T) of one sequence of classes, in nats; -inf when its probability is 0.

    Raises ValueError also when a pair of words that occurs has probability 0, when z has another length than x, and
    when it has an entry outside 0..m-1. Source: Stratos, assignment 5, problem 1.2.
    """
    # BEGIN SOLUTION
    gamma = e_step(x, p_z_given_x, p_x_given_z)
    z = np.asarray(z)
    if z.shape != gamma.shape[:1] or (z < 0).any() or (z >= gamma.shape[1]).any():
        raise ValueError("z needs one class of 0..m-1 for every word")
    with np.errstate(divide="ignore"):
        return float(np.log(gamma[np.arange(len(z)), z]).sum())
    # END SOLUTION


def m_step(x: "T", gamma: "T m", V: int) -> "tuple of (V+1, m), (m, V)":
    """The tables that maximise the expected complete log-likelihood when the posteriors of the places are gamma.

    Both tables come from the same gamma. Raises ValueError also when gamma does not have T rows, or has a negative
    entry or one that is not finite. Source: Stratos, assignment 5, problem 1.3.
    """
    # BEGIN SOLUTION
    x = _words(x, V)
    gamma = np.asarray(gamma, dtype=float)
    if gamma.ndim != 2 or len(gamma) != len(x) or gamma.shape[1] < 1:
        raise ValueError(f"gamma has shape {gamma.shape}, x has {len(x)} words")
    if not np.isfinite(gamma).all() or (gamma < 0).any():
        raise ValueError("gamma has an entry that is negative or not finite")
    by_context = np.zeros((V + 1, gamma.shape[1]))
    np.add.at(by_context, _contexts(x, V), gamma)
    by_word = np.zeros((V, gamma.shape[1]))
    np.add.at(by_word, x, gamma)
    return _rows(by_context), _rows(by_word.T)
    # END SOLUTION


def init_params(V: int, m: int, rng: np.random.Generator) -> "tuple of (V+1, m), (m, V)":
    """Random tables to begin with, drawn from rng: every entry positive, every row a distribution.

    No two classes may begin alike: EM could never tell them apart. The same state of rng gives the same tables, and
    another state other ones. Source: Stratos, assignment 5, problem 1.2.
    """
    # BEGIN SOLUTION
    if V < 1 or m < 1:
        raise ValueError("V and m must be at least 1")
    by_word = rng.uniform(0.1, 1, (V + 1, m))
    by_class = rng.uniform(0.1, 1, (m, V))
    return _rows(by_word), _rows(by_class)
    # END SOLUTION


def em(
    x: "T", V: int, m: int, n_iter: int, init: "tuple of (V+1, m), (m, V)"
) -> "tuple of (V+1, m), (m, V), (n_iter+1)":
    """EM from the tables `init` = (p_z_given_x, p_x_given_z): the tables after exactly n_iter iterations, and a trace.

    Entry i of the trace is the log-likelihood of the tables after i iterations, so entry 0 belongs to `init` and the
    last one to the tables returned. Do not stop early; n_iter may be 0. Source: Stratos, assignment 5, problem 1.3.
    """
    # BEGIN SOLUTION
    first, second = (np.asarray(table, dtype=float) for table in init)
    if first.shape != (V + 1, m) or second.shape != (m, V):
        raise ValueError(f"init has tables of shapes {first.shape} and {second.shape}")
    trace = [log_likelihood(x, first, second)]
    for _ in range(n_iter):
        first, second = m_step(x, e_step(x, first, second), V)
        trace.append(log_likelihood(x, first, second))
    return first, second, np.array(trace)
    # END SOLUTION


# BEGIN SOLUTION
def _words(x, V):
    """The words as an integer array, or ValueError."""
    x = np.asarray(x)
    if x.ndim != 1 or len(x) == 0 or V < 1 or (x < 0).any() or (x >= V).any():
        raise ValueError("x needs at least one word, all of them in 0..V-1")
    return x.astype(np.int64)


def _contexts(x, V):
    """The word before each, V (which stands for *) before the first."""
    return np.concatenate([[V], x[:-1]])


def _joint(x, p_z_given_x, p_x_given_z):
    """p(z | x_{t-1}) p(x_t | z) for every place and class, (T, m)."""
    first, second = np.asarray(p_z_given_x, dtype=float), np.asarray(p_x_given_z, dtype=float)
    if first.ndim != 2 or second.ndim != 2 or first.shape != (second.shape[1] + 1, second.shape[0]) or second.size == 0:
        raise ValueError(f"tables of shapes {first.shape} and {second.shape} do not fit")
    V = second.shape[1]
    x = _words(x, V)
    return first[_contexts(x, V)] * second[:, x].T


def _rows(weights):
    """Every row divided by its sum; the uniform distribution where that is 0."""
    total = weights.sum(axis=1, keepdims=True)
    uniform = np.full(weights.shape, 1 / weights.shape[1])
    return np.divide(weights, total, out=uniform, where=total > 0)


# END SOLUTION
