"""Part 1a, derivation: the divergence is not negative, on random instances and where P and Q do not sum to 1."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import (
    MATRICES,
    Item,
    Uses,
    assert_checkpoint,
    assert_ends,
    assert_true_steps,
    fresh_seeds,
    read_chain,
)
from autograder.kit.draw import interior

# what the inequality may give where P and Q do not sum to 1: by Jensen with weights P or Q, by a tangent, by a tangent
# in each outcome, by square roots; those in P alone are Jensen's with weights Q, and without a Q they are 0 in disguise
BOUNDS = (
    "-log(sum(Q))",
    "-log(sum(Q)/sum(P))",
    "-sum(P)*log(sum(Q))",
    "-sum(P)*log(sum(Q)/sum(P))",
    "sum(P)*log(sum(P))",
    "log(sum(P))",
    "1 - sum(Q)",
    "sum(P) - 1",
    "sum(P) - sum(Q)",
    "sum(Q - P + P*log(P/Q))",
    "-2*log(sum(sqrt(P*Q)))",
    "2 - 2*sum(sqrt(P*Q))",
    "2*sum(P) - 2*sum(sqrt(P*Q))",
    "sum((sqrt(P) - sqrt(Q))**2)",
)


def instance(rng, number):
    """Two distributions over k outcomes, one outcome in the first instance, all probabilities at least 1e-3."""
    k = 1 if number == 0 else int(rng.integers(2, 7))
    P, Q = interior(rng, k, (2,))
    return {"P": P, "Q": Q, "k": k}


def relaxed(rng, number):
    """The same, both multiplied by numbers between 0.3 and 3 that are not near 1."""
    values = instance(rng, number)
    scale = np.exp(rng.choice([-1, 1], 2) * rng.uniform(0.2, 1.1, 2))
    return values | {"P": scale[0] * values["P"], "Q": scale[1] * values["Q"]}


ITEM = Item("sum(P*log(P/Q))", instance, MATRICES)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_chain_ends_at_zero(student, instances):
    """The last line of the chain is 0, in no names."""
    assert_ends(read_chain(student.chain_1a(), ITEM), "0", Uses.of("", ""), instances)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_chain_passes_the_inequality(student, instances):
    """A line of the chain has the value that an inequality for the logarithm gives where P and Q do not sum to 1."""
    assert_checkpoint(read_chain(student.chain_1a(), ITEM), relaxed, [BOUNDS], 0, instances, naming="Q")


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_chain_holds_step_by_step(student, instances):
    """Every line of the chain follows from the line before."""
    assert_true_steps(read_chain(student.chain_1a(), ITEM), instances)
