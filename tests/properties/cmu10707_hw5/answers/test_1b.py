"""Part 1b, answers: counts for the network of the slides with binary variables."""

from autograder.kit.answers import answer, assert_number


def test_parameters_of_the_network(student):
    """The network has the right number of parameters."""
    assert_number(answer(student.answers(), "1b", "parameters"), 21, atol=0, what="1b parameters")


def test_parameters_without_structure(student):
    """So has the joint distribution without structure."""
    assert_number(answer(student.answers(), "1b", "unrestricted"), 127, atol=0, what="1b unrestricted")


def test_edges_of_a_complete_graph(student):
    """So many edges has a complete graph over its nodes."""
    assert_number(answer(student.answers(), "1b", "edges"), 21, atol=0, what="1b edges")


def test_orderings_of_the_nodes(student):
    """So many orderings have its nodes."""
    assert_number(answer(student.answers(), "1b", "orderings"), 5040, atol=0, what="1b orderings")
