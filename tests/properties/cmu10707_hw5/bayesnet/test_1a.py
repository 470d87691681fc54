"""Part 1a: an order of the nodes in which every edge leads forward, or ValueError when there is none."""

from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_integers, assert_rejects, assert_that, fresh_seeds, rng_of
from tests.properties.cmu10707_hw5.draw_discrete import dag


@settings(max_examples=40)
@given(n=st.integers(0, 30), density=st.sampled_from([0.05, 0.2, 0.6]), seed=fresh_seeds())
def test_every_edge_leads_forward(student, n, density, seed):
    """The result has every node once and every parent before its children, whatever the edges' order and repetition."""
    rng = rng_of(seed)
    edges = dag(rng, n, density, shuffled=True)
    edges += [edges[i] for i in rng.integers(len(edges), size=3)] if edges else []
    order = as_integers(student.topological_order(n, edges), (n,), "the order")
    assert_that(sorted(order.tolist()) == list(range(n)), "the order does not have every node once")
    place = {node: i for i, node in enumerate(order.tolist())}
    wrong = [edge for edge in edges if place[edge[0]] >= place[edge[1]]]
    assert_that(not wrong, "an edge leads back in the order", got=str(wrong[:1]))


@settings(max_examples=25)
@given(n=st.integers(2, 12), length=st.integers(2, 12), seed=fresh_seeds())
def test_rejects_graphs_without_an_order(student, n, length, seed):
    """Cycles of any length, edges from a node to itself and unknown nodes raise ValueError, also among good edges."""
    rng = rng_of(seed)
    edges = dag(rng, n, 0.2, shuffled=True)
    ring = rng.permutation(n)[: min(length, n)].tolist()
    cycle = [(a, b) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)]
    assert_rejects(student.topological_order, n, edges + cycle, because="there is a cycle")
    assert_rejects(student.topological_order, n, [*edges, (ring[0], ring[0])], because="an edge leads to itself")
    assert_rejects(student.topological_order, n, [*edges, (ring[0], n)], because="there is no node n")
    assert_rejects(student.topological_order, n, [(n, ring[0]), *edges], because="there is no node n to begin at")
    assert_rejects(student.topological_order, n, [*edges, (-1, ring[0])], because="there is no node -1")
    assert_rejects(student.topological_order, n, [*edges, (ring[0], -1)], because="no edge leads to node -1")


def test_worked_example(student):
    """The diamond 0 -> 1, 2 -> 3 with one edge twice is put in order, and so is a graph without nodes."""
    order = as_integers(student.topological_order(4, [(2, 3), (0, 1), (0, 2), (1, 3), (0, 1)]), (4,), "the order")
    assert_that(order.tolist() in ([0, 1, 2, 3], [0, 2, 1, 3]), "the diamond is not in order", got=str(order.tolist()))
    as_integers(student.topological_order(0, []), (0,), "the order of no nodes")
