"""Part 1c's statements about independence: separation in the graph against independence in tables, and the answers."""

import itertools
import json
import re
from pathlib import Path

import numpy as np
import pytest

from autograder.kit.personal import drawn_for
from reference.cmu10707_hw5 import bayesnet
from tests.properties.cmu10707_hw5.answers.test_1c import HOLD
from tests.properties.cmu10707_hw5.draw_statements import COUNT, SALT, STATEMENTS

NODES = range(1, 8)
EDGES = [(int(a), int(b)) for a, b in bayesnet.factorisation_graph()]
PARENTS = [tuple(a - 1 for a, b in EDGES if b == k) for k in NODES]
ANSWERS = Path(bayesnet.__file__).parent / "handed_in" / "answers.json"
EVERY = [
    (pair, given)
    for pair in itertools.combinations(NODES, 2)
    for size in range(6)
    for given in itertools.combinations([k for k in NODES if k not in pair], size)
]


def separated(pair, given):
    """Whether `given` cuts the pair apart in the moral graph of the ancestors of all of them."""
    kept = {*pair, *given}
    while more := {a for a, b in EDGES if b in kept} - kept:
        kept |= more
    links = {frozenset(edge) for edge in EDGES if set(edge) <= kept}
    links |= {frozenset((a, b)) for a, c in EDGES for b, d in EDGES if c == d and c in kept and a != b}
    reached = {pair[0]}
    while more := {k for link in links if link & reached for k in link} - reached - {*given}:
        reached |= more
    return pair[1] not in reached


def dependence(joint, pair, given):
    """The largest |p(a, b, c) p(c) - p(a, c) p(b, c)| over all values; 0 for independence given c."""

    def law(*kept):
        return joint.sum(axis=tuple(k - 1 for k in NODES if k not in kept), keepdims=True)

    a, b = pair
    return np.abs(law(a, b, *given) * law(*given) - law(a, *given) * law(b, *given)).max()


@pytest.fixture(scope="module")
def joints():
    """The joint tables of four random networks with the graph, two values a variable."""
    rng = np.random.default_rng(5)
    found = []
    for _ in range(4):
        cpts = [rng.dirichlet(np.ones(2), (2,) * len(above)) for above in PARENTS]
        states = np.stack(np.unravel_index(np.arange(2**7), (2,) * 7), axis=1)
        found.append(np.exp(bayesnet.joint_log_prob(PARENTS, cpts, states)).reshape((2,) * 7))
    return found


def test_separation_is_independence(joints):
    """All 672 statements: what is separated is independent in every table, anything else in at most some."""
    assert len(EVERY) == 672
    for pair, given in EVERY:
        most = max(dependence(joint, pair, given) for joint in joints)
        assert (most < 1e-14) == separated(pair, given), (pair, given, most)
        assert most < 1e-14 or most > 1e-8


def test_the_answers_are_what_the_graph_says():
    """The claims that count as right are those that separation proves, and the reference hands them in."""
    handed_in = json.loads(ANSWERS.read_text())["1c"]

    assert set(handed_in) == {"email", *STATEMENTS}
    for statement in STATEMENTS:
        a, b, *given = map(int, re.findall(r"\d", statement))
        assert (statement in HOLD) == separated((a, b), given) == handed_in[statement], statement


def test_guessing_earns_little():
    """Over e-mails, no rule that looks at no graph earns more than 14 % of the points in the mean."""
    draws = [drawn_for(f"student{n}@example.edu", STATEMENTS, COUNT, salt=SALT) for n in range(4000)]

    def earns(guess):
        right = [sum(guess(statement) == (statement in HOLD) for statement in mine) for mine in draws]
        return np.maximum(0, np.array(right) - 4).mean() / 4

    coin = np.random.default_rng(1)
    rules = {
        "all hold": lambda statement: True,
        "none holds": lambda statement: False,
        "a coin": lambda statement: bool(coin.integers(2)),
    }
    assert {name: share for name, guess in rules.items() if (share := earns(guess)) > 0.145} == {}


def test_every_choice_is_drawn():
    """Over e-mails every statement comes to as many students as any other, to within 5 standard deviations."""
    draws = [drawn_for(f"student{n}@example.edu", STATEMENTS, COUNT, salt=SALT) for n in range(4000)]
    share = COUNT / len(STATEMENTS)
    counts = np.array([sum(statement in mine for mine in draws) for statement in STATEMENTS])

    assert np.abs(counts - 4000 * share).max() <= 5 * np.sqrt(4000 * share * (1 - share))
    assert len(set(draws)) > 1000
