"""Part 7b, derivation: the gap of the bound, and what it is made of."""

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

TOOLS = " ".join(tool.name for tool in MATRICES)
END = "sum(q*log(q)) - sum(q*lj) + lpx"
MIDDLE = (("sum(q*(log(q)-(lj-lpx)))",),)


def instance(rng, number):
    """A distribution and a log joint of S values, one value in the first instance."""
    S = 1 if number == 0 else int(rng.integers(2, 7))
    q, lj = 0.01 / S + 0.99 * rng.dirichlet(np.ones(S)), rng.normal(-3, 2, S)
    lpx = float(np.log(np.exp(lj).sum()))
    return {"q": q, "lj": lj, "lpost": lj - lpx, "lpx": lpx}


def relaxed(rng, number):
    """Arrays that have nothing to do with each other, and weights that do not sum to one."""
    S = 1 if number == 0 else int(rng.integers(2, 7))
    values = {name: rng.normal(-2, 2, S) for name in ("lj", "lpost")}
    return values | {"q": rng.uniform(0.1, 2, S), "lpx": float(rng.normal(-2, 2))}


ITEM = Item("sum(q*(log(q)-lpost))", instance, MATRICES)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_ends_at_the_bound(student, instances):
    """The last line is E log q less E log p(z, x) plus log p(x), in q, lj and lpx."""
    chain = read_chain(student.chain_7b(), ITEM)
    assert_ends(chain, END, Uses.of(TOOLS, "q lj lpx"), instances)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_passes_joint_and_evidence(student, instances):
    """A line has joint and evidence in the place of the posterior, under the sum over q."""
    chain = read_chain(student.chain_7b(), ITEM)
    assert_checkpoint(chain, relaxed, MIDDLE, 0, instances)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_proves_it(student, instances):
    """The chain passes that line, and each of its steps is a true equality."""
    chain = read_chain(student.chain_7b(), ITEM)
    assert_checkpoint(chain, relaxed, MIDDLE, 0, instances, whole=True)
    assert_that(all(line.relation == "=" for line in chain.lines[1:]), 'every relation must be "="')


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_every_step_holds(student, instances):
    """Every line of the chain follows from the line before."""
    chain = read_chain(student.chain_7b(), ITEM)
    assert_true_steps(chain, instances)
