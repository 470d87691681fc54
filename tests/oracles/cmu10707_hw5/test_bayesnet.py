"""The reference of bayesnet.py against full tables by loops, depth-first colouring, and numeric independence."""

import itertools
import math

import numpy as np
import pytest

from autograder.kit.multinomial import assert_law
from reference.cmu10707_hw5 import bayesnet
from tests.properties.cmu10707_hw5.draw_discrete import cells, certain, dag, states, tables

SEEDS = range(20)
SLIDE = [(), (), (), (0, 1, 2), (0, 2), (3,), (3, 4)]


def network(seed, K=4, *, zeros=False):
    """A random network with shuffled numbering."""
    rng = np.random.default_rng(seed)
    edges = dag(rng, K, 0.6, shuffled=True)
    parents = [tuple(p for p, c in edges if c == k) for k in range(K)]
    card = rng.integers(2, 4, K)
    shapes = [(*(int(card[p]) for p in parents[k]), int(card[k])) for k in range(K)]
    return parents, [certain(rng, s) if zeros and rng.random() < 0.3 else tables(rng, s) for s in shapes]


def table_of(parents, cpts):
    """The full joint table, entry by entry."""
    card = [t.shape[-1] for t in cpts]
    joint = np.zeros(card)
    for x in itertools.product(*map(range, card)):
        joint[x] = math.prod(cpts[k][(*(x[p] for p in parents[k]), x[k])] for k in range(len(card)))
    return joint


def acyclic(n, edges):
    """Depth-first colouring."""
    colour = dict.fromkeys(range(n), 0)

    def visit(v):
        colour[v] = 1
        for child in (b for a, b in edges if a == v):
            if colour[child] == 1 or (colour[child] == 0 and not visit(child)):
                return False
        colour[v] = 2
        return True

    return all(colour[v] == 2 or visit(v) for v in range(n))


@pytest.mark.parametrize("seed", range(60))
def test_an_order_exists_exactly_for_graphs_without_cycles(seed):
    """Where depth-first search finds no cycle every edge leads forward; elsewhere ValueError is raised."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 7))
    edges = [(int(a), int(b)) for a, b in rng.integers(0, n, (int(rng.integers(0, 7)), 2))]
    if not acyclic(n, edges):
        with pytest.raises(ValueError, match="cycle"):
            bayesnet.topological_order(n, edges)
        return
    order = bayesnet.topological_order(n, edges)
    assert sorted(order) == list(range(n))
    assert all(order.index(a) < order.index(b) for a, b in edges)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_joint_is_the_product_of_the_tables(seed):
    """log p(x) is the logarithm of the full table, which sums to one; marginals are its sums."""
    parents, cpts = network(seed, zeros=True)
    joint = table_of(parents, cpts)
    card = list(joint.shape)
    found = np.exp(bayesnet.joint_log_prob(parents, cpts, states(card)))

    assert found.reshape(card) == pytest.approx(joint, rel=1e-13, abs=0)
    assert found.sum() == pytest.approx(1, abs=1e-14)
    assert bayesnet.marginal(parents, cpts, [2, 0]) == pytest.approx(joint.sum(axis=(1, 3)).T, abs=1e-15)
    assert bayesnet.marginal(parents, cpts, [1]) == pytest.approx(joint.sum(axis=(0, 2, 3)), abs=1e-15)


@pytest.mark.parametrize("seed", SEEDS)
def test_draws_follow_the_full_table(seed):
    """S-KL of 5000 draws, also for tables of zeros and ones; the marginal's columns follow `keep`."""
    parents, cpts = network(seed, zeros=seed % 2 == 0)
    joint = table_of(parents, cpts)
    X = bayesnet.ancestral_sample(parents, cpts, 5000, np.random.default_rng(seed))
    assert_law(cells(X, list(joint.shape)), joint.ravel(), what="states")
    pair = bayesnet.marginal_sample(parents, cpts, [3, 1], 5000, np.random.default_rng(seed))

    assert (pair == X[:, [3, 1]]).all()


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_every_order_gives_the_joint_back(order):
    """The network along any order is proper, and its joint distribution is the one that was taken apart."""
    P = tables(np.random.default_rng(3), (12,), 2.0).reshape(2, 3, 2)
    cpts = bayesnet.factorise(P, order)
    parents = [tuple(order[: order.index(k)]) for k in range(3)]

    assert table_of(parents, cpts) == pytest.approx(P, abs=1e-15)


def test_the_numbers_of_the_slide_s_network():
    """21 parameters for binary variables, 127 without structure, 21 edges of a complete graph, 5040 orders."""
    complete = [tuple(range(k)) for k in range(7)]

    assert bayesnet.num_parameters([2] * 7, SLIDE) == 21
    assert bayesnet.num_parameters([2] * 7, complete) == 2**7 - 1 == 127
    assert sum(map(len, complete)) == 21
    assert math.factorial(7) == 5040
    assert bayesnet.factorisation_graph() == [(str(p + 1), str(k + 1)) for k in range(7) for p in SLIDE[k]]


def test_masses_of_cycles():
    """Two copies have mass 2, copy and negation 0; an order of two tables that forgets one parent has mass 1."""
    copy, flip = np.eye(2), np.eye(2)[::-1]
    constant = np.array([[0.3, 0.3], [0.7, 0.7]])

    assert bayesnet.cycle_mass(copy, copy) == 2
    assert bayesnet.cycle_mass(copy, flip) == 0
    assert bayesnet.cycle_mass(constant, np.array([[0.9, 0.2], [0.1, 0.8]])) == pytest.approx(1)
    assert abs(bayesnet.cycle_mass(*bayesnet.improper_cycle()) - 1) >= 0.1
