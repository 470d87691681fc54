"""Part 1c, derivation: divergence as constant less likelihood, on random samples and with untied weights."""

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
END = "-H - sum(logp[xs])/n"
# one of the two means is a number of its own or runs over xs, the other one not yet or not in the same way
HALFWAY = (
    "-H - sum(Phat*logp)",
    "sum(Phat*log(Phat)) - sum(logp[xs])/n",
    "sum(log(Phat[xs]))/n - sum(Phat*logp)",
    "sum(log(Phat[xs]))/n - sum(logp[xs])/n",
)


def instance(rng, number):
    """n outcomes among k that all occur, and a model with probabilities of at least 1e-3; one outcome in the first."""
    k = 1 if number == 0 else int(rng.integers(2, 6))
    counts = rng.integers(1, 5, k)
    n = int(counts.sum())
    xs = rng.permutation(np.repeat(np.arange(k), counts))
    logp = np.log(interior(rng, k))
    H = float(np.log(n) - counts @ np.log(counts) / n)
    return {"xs": xs, "Phat": counts / n, "logp": logp, "n": n, "k": k, "H": H}


def relaxed(rng, number):
    """The same sample, with positive weights for Phat and a number for H that have nothing to do with it."""
    values = instance(rng, number)
    return values | {"Phat": rng.uniform(0.1, 2, values["k"]), "H": float(rng.uniform(-2, 2))}


ITEM = Item("sum(Phat*(log(Phat)-logp))", instance, MATRICES)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_chain_ends_at_the_likelihood(student, instances):
    """The last line of the chain is minus the entropy less the mean log-likelihood, without Phat."""
    assert_ends(read_chain(student.chain_1c(), ITEM), END, Uses.of(f"n k {TOOLS}", "H logp xs"), instances)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_chain_passes_one_mean_at_a_time(student, instances):
    """A line of the chain has one of the two means replaced and the other one not yet."""
    assert_checkpoint(read_chain(student.chain_1c(), ITEM), relaxed, [HALFWAY], 0, instances)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_chain_holds_step_by_step(student, instances):
    """Every line of the chain equals the line before."""
    chain = read_chain(student.chain_1c(), ITEM)
    assert_true_steps(chain, instances)
    assert_that({line.relation for line in chain.lines[1:]} == {"="}, 'this is an equality: every relation must be "="')
