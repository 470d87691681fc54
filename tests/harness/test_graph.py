"""Computation graphs: texts and edge lists are read alike, helper nodes change nothing, mistakes cost their points."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import CheckFailed
from autograder.kit.graph import assert_parents, assert_well_formed, induced, read_graph

NODES = "x phi theta mu_Y var_Y mu_Z var_Z eps_Y eps_Z y z recon KL_Y KL_Z loss".split()  # noqa: SIM905
NOISE = ("eps_Y", "eps_Z")
WANTED = {
    **dict.fromkeys(("mu_Y", "var_Y", "mu_Z", "var_Z"), "x phi"),
    "y": "mu_Y var_Y eps_Y",
    "z": "mu_Z var_Z eps_Z",
    "recon": "y z theta x",
    "KL_Y": "mu_Y var_Y",
    "KL_Z": "mu_Z var_Z",
    "loss": "recon KL_Y KL_Z",
}
POINTS = {"mu_Y": 0.125, "var_Y": 0.125, "mu_Z": 0.125, "var_Z": 0.125, "KL_Y": 0.25, "KL_Z": 0.25} | dict.fromkeys(
    ("y", "z", "recon", "loss"), 0.5
)
PLAIN = [(parent, child) for child, parents in WANTED.items() for parent in parents.split()]


def without(*edges):
    """The plain graph without these edges."""
    return [edge for edge in PLAIN if edge not in edges]


def score(value):
    """The points of a graph by the rule: each child all or nothing on the nodes that feed it."""
    graph = read_graph(value)
    earned = 0.0
    for child, parents in WANTED.items():
        try:
            assert_parents(graph, child, parents.split(), NODES, sink="loss", noise=NOISE)
        except CheckFailed as failure:
            if failure.verdict != "wrong":
                raise
        else:
            earned += POINTS[child]
    return earned


TRUNK = [
    ("x", "h"), ("phi", "h"), ("h", "mu_Y"), ("h", "log_var_Y"), ("log_var_Y", "var_Y"), ("h", "mu_Z"), ("h", "var_Z"),
    ("var_Y", "sigma_Y"), ("sigma_Y", "s*e"), ("eps_Y", "s*e"), ("s*e", "y"), ("mu_Y", "y"),
    ("var_Z", "sigma_Z"), ("sigma_Z", "z"), ("eps_Z", "z"), ("mu_Z", "z"),
    ("y", "rnn_1"), ("z", "rnn_1"), ("x", "rnn_1"), ("theta", "rnn_1"),
    ("rnn_1", "rnn_2"), ("x", "rnn_2"), ("rnn_2", "recon"),
    ("mu_Y", "KL_Y"), ("sigma_Y", "KL_Y"), ("prior_Y", "KL_Y"), ("mu_Z", "KL_Z"), ("var_Z", "KL_Z"), ("prior", "KL_Z"),
    ("recon", "elbo"), ("KL_Y", "kl"), ("KL_Z", "kl"), ("kl", "elbo"), ("elbo", "loss"), ("const_1", "loss"),
]  # fmt: skip
ACCEPTED = {
    "the plain edges": PLAIN,
    "in another order": PLAIN[::-1],
    "with duplicates": PLAIN + PLAIN[:7],
    "as lists": [list(edge) for edge in PLAIN],
    "with spaces": [(f" {a}", f"{b} ") for a, b in PLAIN],
    "a shared encoder, helper nodes, priors": TRUNK,
    "a text with semicolons": "; ".join(f"{a} -> {b}" for a, b in PLAIN),
    "a text with line ends": "\n".join(f'"{a}"->{b}' for a, b in PLAIN),
    "a text with commas": ", ".join(f"{a} -> {b}" for a, b in PLAIN),
    "DOT with everything": 'strict digraph vae {\n rankdir=LR; node [shape=box]\n // why\n x [label="a; b -> c"];\n'
    + "\n".join(f'"{a}" -> {b} [style=dashed]  # why' for a, b in PLAIN)
    + "\n/* mu_Y -> loss */\n}\n",
    "DOT with chains": "digraph {x -> mu_Y\n -> y -> recon ->\n loss;" + ";".join(f"{a}->{b}" for a, b in PLAIN) + "}",
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_every_way_to_write_the_graph_gets_everything(name):
    """Helper nodes, order, repetition and form change nothing."""
    assert score(ACCEPTED[name]) == 3
    assert_well_formed(read_graph(ACCEPTED[name]), NODES, "loss")


LOSING = {
    "noise comes from the parameters": (
        [*without(("mu_Y", "y"), ("var_Y", "y")), ("mu_Y", "eps_Y"), ("var_Y", "eps_Y")],
        2.5,
    ),
    "noise comes from the parameters, which feed the sample too": ([*PLAIN, ("mu_Y", "eps_Y")], 2.5),
    "noise comes from the parameters, through a helper": ([*PLAIN, ("mu_Y", "s"), ("s", "eps_Y")], 2.5),
    "noise comes from a helper": ([*PLAIN, ("rng", "eps_Y")], 2.5),
    "x feeds y": ([*PLAIN, ("x", "y")], 2.5),
    "one noise for both": ([*without(("eps_Z", "z")), ("eps_Y", "z")], 2.5),
    "one noise for both, of another name": (
        [*without(("eps_Z", "z"), ("eps_Y", "y")), ("eps", "z"), ("eps", "y")],
        2.0,
    ),
    "one noise for both, above": ([*PLAIN, ("eps", "eps_Y"), ("eps", "eps_Z")], 2.0),
    "KL is fed by the sample": ([*without(("mu_Y", "KL_Y"), ("var_Y", "KL_Y")), ("y", "KL_Y")], 2.75),
    "KL is fed by the sample too": ([*PLAIN, ("y", "KL_Y")], 2.75),
    "theta feeds KL": ([*PLAIN, ("theta", "KL_Z")], 2.75),
    "x does not feed the reconstruction": (without(("x", "recon")), 2.5),
    "phi does not feed a variance": (without(("phi", "var_Y")), 2.875),
    "the gradient as an edge": ([*PLAIN, ("loss", "phi")], 0),
    "a cycle away from everything": ([*PLAIN, ("a", "b"), ("b", "a")], 0),
    "a loop": ([*PLAIN, ("y", "y")], 0),
    "the loss feeds something": ([*PLAIN, ("loss", "gradient")], 0),
    "a helper without parents": ([*PLAIN, ("bias", "h"), ("h", "recon")], 2.5),
    "a misspelt node": ([(a.replace("recon", "rec"), b.replace("recon", "rec")) for a, b in PLAIN], 2.0),
    "another graph": ([("a", "b")], 0),
}


@pytest.mark.parametrize("name", LOSING)
def test_every_mistake_costs_its_points(name):
    """A wrong parent costs the child's points, a cycle or a successor of the loss everything."""
    value, points = LOSING[name]

    assert score(value) == points


def test_the_induced_graph_has_as_many_edges_as_the_plain_one():
    """A path through helper nodes is one edge, and only that."""
    for value in ACCEPTED.values():
        found = induced(read_graph(value), NODES)
        assert {(parent, child) for child, parents in found.items() for parent in parents} == set(PLAIN)
    assert len(PLAIN) == 25


def test_a_misspelt_node_is_named_with_what_looks_like_it():
    """The message lists what is missing, and beside it the name that is there instead."""
    value = [(a.replace("recon", "recons"), b.replace("recon", "recons")) for a, b in without(("theta", "recon"))]
    with pytest.raises(CheckFailed, match="nodes are missing: theta, recon") as caught:
        assert_well_formed(read_graph(value), NODES, "loss")

    assert "recon (there is recons)" in caught.value.detail.got


def test_a_cycle_is_shown():
    """The message walks round the cycle in the direction of its arrows."""
    with pytest.raises(CheckFailed, match="has a cycle") as caught:
        assert_well_formed(read_graph([*PLAIN, ("loss", "phi")]), NODES, "loss")
    steps = caught.value.detail.got.split(" -> ")

    assert steps[0] == steps[-1]
    assert len(steps) > 3
    assert all(edge in [*PLAIN, ("loss", "phi")] for edge in pairwise(steps))


def test_the_loss_comes_last():
    """A node that is computed from the loss is named."""
    with pytest.raises(CheckFailed, match="loss must come last") as caught:
        assert_well_formed(read_graph([*PLAIN, ("loss", "step")]), NODES, "loss")

    assert caught.value.detail.got == "loss -> step"


MALFORMED = {
    "nothing": None,
    "a number": 3,
    "no edge": [],
    "an empty text": "",
    "a text without arrows": "x; y",
    "a triple": [("a", "b", "c")],
    "numbers": [(1, 2)],
    "an empty name": [("a", "")],
    "a long name": [("a", "b" * 81)],
    "a dict": {"a": "b"},
    "an arrow to nowhere": "a -> ",
    "two arrows": "a -> -> b",
    "names side by side": "a b -> c",
    "an undirected graph": "graph { a -- b }",
    "a group": "digraph { a -> {b c} }",
    "an open brace": "digraph { a -> b",
    "a closing brace": "a -> b }",
    "braces of something else": "cluster { a -> b }",
    "an open quote": 'a -> "b',
    "too many edges": [(f"a{i}", "b") for i in range(1001)],
    "a long text": "a -> b;" * 3000,
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_graph_is_malformed(name):
    """A value of another form is refused with one sentence."""
    with pytest.raises(CheckFailed) as caught:
        read_graph(MALFORMED[name])

    assert caught.value.verdict == "malformed"
    assert caught.value.detail.reason


PIECES = st.sampled_from(
    ["a", "b", '"c d"', "->", ";", ",", "\n", "{", "}", "[", "]", "=", "digraph", "//", "#", "/*", "*/", '"', "-", " "]
)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60) | st.lists(PIECES, max_size=25).map("".join) | st.lists(PIECES, max_size=25).map(" ".join))
def test_any_text_is_a_graph_or_a_sentence(text):
    """Whatever a text is, reading it gives a graph within its limits or an error of ours."""
    try:
        graph = read_graph(text)
    except CheckFailed as failure:
        if failure.verdict != "malformed":
            raise
    else:
        assert graph.edges
        assert {node for edge in graph.edges for node in edge} == set(graph.nodes)


def test_a_large_graph_costs_little():
    """A thousand edges in one long chain are walked without recursion."""
    chain = [(f"n{i}", f"n{i + 1}") for i in range(999)]

    assert induced(read_graph(chain), ["n0", "n999"]) == {"n0": set(), "n999": {"n0"}}
    assert score(chain) == 0
