"""Part 2.3: which nodes feed which in the computation graph of the loss; helper nodes between them change nothing."""

from autograder.kit import assert_parents, assert_well_formed, read_graph

NODES = (
    *("x", "phi", "theta", "mu_Y", "var_Y", "mu_Z", "var_Z", "eps_Y", "eps_Z"),
    *("y", "z", "recon", "KL_Y", "KL_Z", "loss"),
)
NOISE = ("eps_Y", "eps_Z")


def test_graph_is_well_formed(student):
    """The graph can be read, has no cycle, has every node that the docstring names, and nothing after the loss."""
    assert_well_formed(read_graph(student.computation_graph()), NODES, "loss")


def test_parents_of_mu_y(student, reference):
    """mu_Y is computed from the right nodes."""
    compare(student, reference, "mu_Y")


def test_parents_of_var_y(student, reference):
    """var_Y is computed from the right nodes."""
    compare(student, reference, "var_Y")


def test_parents_of_mu_z(student, reference):
    """mu_Z is computed from the right nodes."""
    compare(student, reference, "mu_Z")


def test_parents_of_var_z(student, reference):
    """var_Z is computed from the right nodes."""
    compare(student, reference, "var_Z")


def test_parents_of_y(student, reference):
    """y is computed from the right nodes."""
    compare(student, reference, "y")


def test_parents_of_z(student, reference):
    """z is computed from the right nodes."""
    compare(student, reference, "z")


def test_parents_of_kl_y(student, reference):
    """KL_Y is computed from the right nodes."""
    compare(student, reference, "KL_Y")


def test_parents_of_kl_z(student, reference):
    """KL_Z is computed from the right nodes."""
    compare(student, reference, "KL_Z")


def test_parents_of_recon(student, reference):
    """recon is computed from the right nodes."""
    compare(student, reference, "recon")


def test_parents_of_loss(student, reference):
    """loss is computed from the right nodes."""
    compare(student, reference, "loss")


def compare(student, reference, child):
    """The nodes that feed the child are those of the reference's graph."""
    wanted = [parent for parent, node in reference.computation_graph() if node == child]
    graph = read_graph(student.computation_graph())
    assert_parents(graph, child, wanted, NODES, sink="loss", noise=NOISE)
