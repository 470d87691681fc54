"""Part 1b, derivation: the chain rule, on random tables and on weights and ratios that are not tied to each other."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import (
    MATRICES,
    Item,
    Uses,
    assert_checkpoint,
    assert_ends,
    assert_that,
    assert_true_steps,
    fresh_seeds,
    read_chain,
)
from autograder.kit.draw import interior

TOOLS = " ".join(tool.name for tool in MATRICES)
END = "sum(sum(V, 1)*A) + sum(V*B)"


def instance(rng, number):
    """Two joint distributions of m times n pairs as weights and log ratios; one pair in the first instance."""
    m, n = (1, 1) if number == 0 else (1, 4) if number == 1 else (4, 1) if number == 2 else rng.integers(1, 6, 2)
    (p, q), (within_p, within_q) = interior(rng, m, (2,)), interior(rng, n, (2, m))
    P, Q = p[:, None] * within_p, q[:, None] * within_q
    parts = {"A": np.log(p) - np.log(q), "B": np.log(within_p) - np.log(within_q)}
    return parts | {"V": P, "L": np.log(P) - np.log(Q), "m": int(m), "n": int(n)}


def relaxed(rng, number):
    """A distribution and three arrays that have nothing to do with it or with each other."""
    values = instance(rng, number)
    return values | {name: rng.normal(size=values[name].shape) for name in ("L", "A", "B")}


ITEM = Item("sum(V*L)", instance, MATRICES)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_chain_ends_at_the_two_divergences(student, instances):
    """The last line of the chain is the sum of both divergences, in V, A and B."""
    assert_ends(read_chain(student.chain_1b(), ITEM), END, Uses.of(f"m n {TOOLS}", "V A B"), instances)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_chain_passes_the_two_means(student, instances):
    """A line of the chain is the sum of the two means for any V, A and B."""
    assert_checkpoint(read_chain(student.chain_1b(), ITEM), relaxed, [(END,)], 0, instances)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_chain_holds_step_by_step(student, instances):
    """Every line of the chain equals the line before."""
    chain = read_chain(student.chain_1b(), ITEM)
    assert_true_steps(chain, instances)
    assert_that(
        {line.relation for line in chain.lines[1:]} == {"="},
        'the chain rule is an equality: every relation must be "="',
    )
