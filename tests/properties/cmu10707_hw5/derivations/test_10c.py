"""Part 10c, derivation: the log-likelihood never falls, by way of the objective at new and old centres."""

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

TOOLS = " ".join(tool.name for tool in MATRICES)
END = "sum(log(sum(exp(lj_old), 1)))"
BOUNDS = tuple((f"sum(q*(lj_{when} - log(q)))",) for when in ("new", "old"))
NEW, OLD = 0, 1


def relaxed(rng, number):
    """Unrelated centres and any q."""
    n, k = (1, 1) if number == 0 else (1, 3) if number == 1 else (int(s) for s in rng.integers(2, 6, 2))
    values = {name: 2 * rng.standard_normal((n, k)) - 3 for name in ("lj_new", "lj_old")}
    return values | {"q": 0.01 / k + 0.99 * rng.dirichlet(np.ones(k), n)}


def instance(rng, number):
    """q is the posterior at the old centres; the new ones gain little, and nothing in one instance of four."""
    found = relaxed(rng, number)
    q = np.exp(found["lj_old"])
    q /= q.sum(axis=1, keepdims=True)
    fall = float((q * (found["lj_old"] - found["lj_new"])).sum())
    lift = fall + (rng.uniform(0.01, 0.3) if number % 4 else 0)
    return found | {"q": q, "lj_new": found["lj_new"] + lift / len(q)}


ITEM = Item("sum(log(sum(exp(lj_new), 1)))", instance, MATRICES)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_ends_at_the_old_likelihood(student, instances):
    """The last line is the log-likelihood at the old centres, in lj_old."""
    chain = read_chain(student.chain_10c(), ITEM)
    assert_ends(chain, END, Uses.of(TOOLS, "lj_old"), instances)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_passes_the_new_objective(student, instances):
    """A line is the objective of q at the new centres."""
    chain = read_chain(student.chain_10c(), ITEM)
    assert_checkpoint(chain, relaxed, BOUNDS, NEW, instances)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_passes_the_old_objective(student, instances):
    """A later line is the objective of the same q at the old centres."""
    chain = read_chain(student.chain_10c(), ITEM)
    assert_checkpoint(chain, relaxed, BOUNDS, OLD, instances)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_proves_it_by_the_new_objective(student, instances):
    """The chain passes the objective at the new centres, and each of its steps is true."""
    chain = read_chain(student.chain_10c(), ITEM)
    assert_checkpoint(chain, relaxed, BOUNDS, NEW, instances, whole=True)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_proves_it_by_the_old_objective(student, instances):
    """The chain passes the objective at the old centres, and each of its steps is true."""
    chain = read_chain(student.chain_10c(), ITEM)
    assert_checkpoint(chain, relaxed, BOUNDS, OLD, instances, whole=True)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_every_step_holds(student, instances):
    """Every line of the chain follows from the line before."""
    chain = read_chain(student.chain_10c(), ITEM)
    assert_true_steps(chain, instances)
