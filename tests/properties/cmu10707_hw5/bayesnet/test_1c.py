"""Part 1c: the graph of the printed factorisation, as edges between "1" and "7"."""

from autograder.kit import assert_that, read_graph

RIGHT = {(a, b) for a, b in ("14", "24", "34", "15", "35", "46", "47", "57")}
NAMES = {str(k) for k in range(1, 8)}


def test_graph_can_be_read(student):
    """The result is a list of pairs or DOT text, and its nodes are "1" to "7"."""
    graph = read_graph(student.factorisation_graph())
    strange = sorted(set(graph.nodes) - NAMES)
    assert_that(not strange, 'nodes are named "1" to "7"', got=", ".join(strange))


def test_at_most_one_edge_is_off(student):
    """No more than one edge is missing or too many."""
    off = RIGHT ^ set(read_graph(student.factorisation_graph()).edges)
    assert_that(len(off) <= 1, "the graph is off by more than one edge", got=f"{len(off)} edges")


def test_every_edge_is_right(student):
    """The graph has exactly the edges of the factorisation."""
    off = RIGHT ^ set(read_graph(student.factorisation_graph()).edges)
    assert_that(not off, "an edge is missing or too many", got=f"{len(off)} edges")
