"""The reference's graph and derivation against what the assignment fixes: 25 edges, and a chain that holds in full."""

import numpy as np

from autograder.kit.derivation import Uses, assert_ends, assert_milestone, assert_true_steps, read_chain
from autograder.kit.graph import assert_well_formed, induced, read_graph
from reference.stratos_a5 import derivations, graph, vae
from tests.properties.stratos_a5.derivations.test_2_1 import CODES, ITEM
from tests.properties.stratos_a5.graph.test_2_3 import NODES


def test_the_graph_has_the_edges_of_the_loss():
    """Eight edges of the encoder, six of the samples, four of each code's and the decoder's, three into the loss."""
    found = read_graph(graph.computation_graph())
    assert_well_formed(found, NODES, "loss")
    by_child = {child: len(parents) for child, parents in induced(found, NODES).items()}

    assert sum(by_child.values()) == 25
    assert {child for child, n in by_child.items() if n == 0} == {"x", "phi", "theta", "eps_Y", "eps_Z"}
    assert by_child["recon"] == 4
    assert by_child["loss"] == by_child["y"] == by_child["z"] == 3


def test_the_derivation_holds_and_ends_at_the_code_s_bound():
    """The reference chain is true, passes its milestone, and its end is what elbo_terms calculates."""
    chain = read_chain(derivations.derivation_2_1(), ITEM)
    target = "sum(qY[a]*qZ[b]*log(px[a,b]) for a in range(A) for b in range(B)) - KL(qY, pY) - KL(qZ, pZ)"
    for seed in range(5):
        assert_true_steps(chain, seed, Uses.of("A B KL", CODES))
        assert_ends(chain, target, Uses.of("A B", f"{CODES} KL"), seed)
        assert_milestone(chain, [Uses.of("A B", CODES)], 0, seed, whole=True)
        row = ITEM.instance(seed, 3)
        terms = vae.elbo_terms(row["qY"], row["qZ"], row["pY"], row["pZ"], np.log(row["px"]))
        assert terms[0] - terms[1] - terms[2] <= row["log_evidence"]
