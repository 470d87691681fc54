"""Part 8b, derivation: the free energy in one block is a divergence plus a constant."""

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
END = "sum(qi*(log(qi)-(m-lZ))) - lZ - Hj"
MIDDLE = (("sum(qi*log(qi)) - Hj - qi@m",),)


def relaxed(rng, number):
    """m, lZ and Hj that have nothing to do with the joint, and a block that does not sum to one."""
    a, b = (1, 1) if number == 0 else (int(s) for s in rng.integers(2, 5, 2))
    values = {"lj": rng.normal(-2, 1.5, (a, b)), "m": rng.normal(-2, 1.5, a), "qi": rng.uniform(0.1, 2, a)}
    values |= {"qj": 0.01 / b + 0.99 * rng.dirichlet(np.ones(b))}
    return values | {"lZ": float(rng.normal()), "Hj": float(rng.uniform(0.1, 2))}


def instance(rng, number):
    """Blocks that are distributions, and m, lZ and Hj as they are defined."""
    values = relaxed(rng, number)
    m, qj = values["lj"] @ values["qj"], values["qj"]
    values |= {"m": m, "lZ": float(np.log(np.exp(m).sum())), "Hj": float(-(qj * np.log(qj)).sum())}
    return values | {"qi": values["qi"] / values["qi"].sum()}


ITEM = Item("sum(qi*log(qi)) - Hj - qi@lj@qj", instance, MATRICES)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_ends_at_the_divergence(student, instances):
    """The last line is the divergence from exp(m - lZ) less lZ and Hj, in qi, m, lZ and Hj."""
    chain = read_chain(student.chain_8b(), ITEM)
    assert_ends(chain, END, Uses.of(f"lZ {TOOLS}", "qi m Hj"), instances)
    last = chain._replace(lines=(chain.lines[0], chain.lines[-1]))
    assert_checkpoint(last, relaxed, ((END,),), 0, instances)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_passes_the_expectation(student, instances):
    """A line has the expectation m in the place of lj and qj."""
    chain = read_chain(student.chain_8b(), ITEM)
    assert_checkpoint(chain, relaxed, MIDDLE, 0, instances)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_proves_it(student, instances):
    """The chain passes that line, and each of its steps is a true equality."""
    chain = read_chain(student.chain_8b(), ITEM)
    assert_checkpoint(chain, relaxed, MIDDLE, 0, instances, whole=True)
    assert_that(all(line.relation == "=" for line in chain.lines[1:]), 'every relation must be "="')


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_every_step_holds(student, instances):
    """Every line of the chain follows from the line before."""
    chain = read_chain(student.chain_8b(), ITEM)
    assert_true_steps(chain, instances)
