"""Part 2a, derivation: the objective never falls, by way of the bound at the new and at the old parameters."""

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

OLD = "lj_old ls_old alpha"
SIZES = " ".join(("n", "k", "m", *(tool.name for tool in MATRICES)))
BOUNDS = tuple((f"sum(Q*(lj_{when} - log(Q))) + alpha*sum(ls_{when})",) for when in ("new", "old"))
NEW_BOUND, OLD_BOUND = 0, 1


def relaxed(rng, number):
    """Unrelated parameters and any Q: neither the posterior at the old parameters, nor an M-step after it."""
    n, k, m = (1, 1, 1) if number == 0 else (1, 3, 1) if number == 1 else rng.integers((2, 2, 1), (7, 5, 5))
    values = {name: 2 * rng.standard_normal((n, k)) - 3 for name in ("lj_new", "lj_old")}
    values |= {name: 2 * rng.standard_normal(m) - 3 for name in ("ls_new", "ls_old")}
    values |= {"Q": 0.01 / k + 0.99 * rng.dirichlet(np.ones(k), n), "alpha": float(rng.choice((0.1, 3.0, 20.0)))}
    return values | {"n": int(n), "k": int(k), "m": int(m)}


def instance(rng, number):
    """Q is the posterior at the old parameters; the new ones have a bound that is higher by little.

    What they gain may come from either term while the other loses, and is 0 in one instance of four.
    """
    found = relaxed(rng, number)
    joint = np.exp(found["lj_old"])
    Q = joint / joint.sum(axis=1, keepdims=True)
    fall = float((Q * (found["lj_old"] - found["lj_new"])).sum())
    fall += found["alpha"] * float((found["ls_old"] - found["ls_new"]).sum())
    lift = fall + (rng.uniform(0.01, 0.3) if number % 4 else 0)
    share = rng.uniform()
    found["lj_new"] = found["lj_new"] + share * lift / found["n"]
    found["ls_new"] = found["ls_new"] + (1 - share) * lift / (found["alpha"] * found["m"])
    return found | {"Q": Q}


ITEM = Item("sum(log(sum(exp(lj_new), 1))) + alpha*sum(ls_new)", instance, MATRICES)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_ends_at_the_old_objective(student, reference, instances):
    """The last line is the objective at the old parameters, written with lj_old, ls_old and alpha."""
    chain = read_chain(student.chain_2a(), ITEM)
    assert_ends(chain, reference.chain_2a()[-1][1], Uses.of(SIZES, OLD), instances)


@settings(max_examples=2)
@given(instances=fresh_seeds())
def test_every_step_holds(student, instances):
    """Every line follows from the one before."""
    assert_true_steps(read_chain(student.chain_2a(), ITEM), instances)


@settings(max_examples=2)
@given(instances=fresh_seeds())
def test_passes_the_bound_at_the_new_parameters(student, instances):
    """A line is the lower bound with Q at the new parameters."""
    assert_checkpoint(read_chain(student.chain_2a(), ITEM), relaxed, BOUNDS, NEW_BOUND, instances)


@settings(max_examples=2)
@given(instances=fresh_seeds())
def test_passes_the_bound_at_the_old_parameters(student, instances):
    """A later line is the lower bound with the same Q at the old parameters."""
    assert_checkpoint(read_chain(student.chain_2a(), ITEM), relaxed, BOUNDS, OLD_BOUND, instances)


@settings(max_examples=2)
@given(instances=fresh_seeds())
def test_proves_it_by_the_bound_at_the_new_parameters(student, instances):
    """The chain passes the bound at the new parameters, and each of its steps is true."""
    assert_checkpoint(read_chain(student.chain_2a(), ITEM), relaxed, BOUNDS, NEW_BOUND, instances, whole=True)


@settings(max_examples=2)
@given(instances=fresh_seeds())
def test_proves_it_by_the_bound_at_the_old_parameters(student, instances):
    """The chain passes the bound at the old parameters, and each of its steps is true."""
    assert_checkpoint(read_chain(student.chain_2a(), ITEM), relaxed, BOUNDS, OLD_BOUND, instances, whole=True)
