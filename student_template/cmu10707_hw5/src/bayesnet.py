"""Bayesian networks over finitely many values: problems 1 and 2 of cmu10707-hw5.

A network has the variables 0..K-1. `parents` is a list with one tuple of parents for each variable, in any order; the
numbering of the variables need not be topological. `cpts` is a list of arrays: the axes of cpts[k] are the parents in
the order of parents[k], then the variable's own value, so that every slice along the last axis is a distribution.
Values are 0, 1, 2 ... and samples are int64. Logarithms are natural, and -inf is the logarithm of 0.

Where a docstring says "a proper network" the function raises ValueError for anything else: a cycle, a parent that is no
variable or stands twice, a table whose axes do not fit its parents, a negative or NaN entry, a row that is further than
1e-8 from summing to 1.
"""

import numpy as np


def topological_order(n: int, edges: "list of (parent, child)") -> "n":
    """The nodes 0..n-1 in an order in which every edge leads forward; any such order will do.

    An edge may stand more than once. Raises ValueError when there is none (a cycle, an edge from a node to itself) and
    when an edge names a node outside of 0..n-1. n may be 0. Source: 10707, Bayesian networks; problem 1a.
    """
    raise NotImplementedError


def joint_log_prob(parents: "list of K tuples", cpts: "list of K arrays", X: "N K") -> "N":
    """log p(x) of every row of X in a proper network, -inf where it is impossible.

    Raises ValueError also when X has another number of columns or a value that a variable does not have. Source:
    10707, factorisation of a joint distribution; problem 1b.
    """
    raise NotImplementedError


def num_parameters(card: "K", parents: "list of K tuples") -> int:
    """How many numbers determine the tables of a network whose variable k has card[k] values.

    Every row counts one less than it has entries. Source: 10707, size of a factorisation; problem 1b.
    """
    raise NotImplementedError


def factorisation_graph() -> "list of (parent, child)":
    """The edges between "1" .. "7" of the network with the joint distribution below, as pairs of texts or as DOT text.

    p(x1) p(x2) p(x3) p(x4 | x1, x2, x3) p(x5 | x1, x3) p(x6 | x4) p(x7 | x4, x5). Graded in halves: at most one edge
    missing or too many, and none. Source: 10707, the network of the slides; problem 1c.
    """
    raise NotImplementedError


def cycle_mass(pa_given_b: "A B", pb_given_a: "B A") -> float:
    """The sum over all a and b of p(a | b) p(b | a): what two tables along a directed cycle would assign in total.

    Entry [a, b] of pa_given_b is p(a | b), so its columns are distributions, and entry [b, a] of pb_given_a is p(b |
    a). Source: 10707, directed graphs must be acyclic; problem 1d.
    """
    raise NotImplementedError


def improper_cycle() -> "tuple of (2, 2), (2, 2)":
    """Two tables (pa_given_b, pb_given_a) of binary variables, columns summing to 1, whose cycle_mass is not 1.

    It must be at least 0.1 away from 1, which shows that the product along a directed cycle is no distribution.
    Source: 10707, directed graphs must be acyclic; problem 1d.
    """
    raise NotImplementedError


def factorise(P: "card[0] card[1] ...", order: "K") -> "list of K arrays":
    """The tables of the complete network in which the parents of a variable are all that stand before it in `order`.

    Item k of the list belongs to variable k; its axes are the variables before k, in the order in which `order` has
    them, then k itself. The product of all tables is P, for every order. P has positive entries that sum to 1. Source:
    10707, a joint distribution factorises along any ordering; problem 1e.
    """
    raise NotImplementedError


def ancestral_sample(parents: "list of K tuples", cpts: "list of K arrays", n: int, rng: np.random.Generator) -> "n K":
    """n independent draws of all variables of a proper network, int64, column k for variable k.

    All randomness comes from rng: the same state of it gives the same draws. Source: 10707, ancestral sampling;
    problem 2a.
    """
    raise NotImplementedError


def marginal_sample(
    parents: "list of K tuples", cpts: "list of K arrays", keep: "list of variables", n: int, rng: np.random.Generator
) -> "n len(keep)":
    """n independent draws of the variables in `keep`, columns in the order of `keep`, from their marginal law.

    All randomness comes from rng. Source: 10707, sampling from a marginal; problem 2b.
    """
    raise NotImplementedError


def marginal(
    parents: "list of K tuples", cpts: "list of K arrays", keep: "list of variables"
) -> "card[keep[0]] card[keep[1]] ...":
    """The exact joint law of the variables in `keep` (all different), its axes in the order of `keep`.

    The network is proper and has at most 5000 joint states. Source: 10707, marginals by summation; problem 2c.
    """
    raise NotImplementedError
