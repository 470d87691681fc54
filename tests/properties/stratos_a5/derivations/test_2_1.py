"""Part 2.1, derivation: from the evidence to expected reconstruction less two divergences, on random instances."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import (
    KL,
    Item,
    Uses,
    assert_ends,
    assert_milestone,
    assert_true_steps,
    fresh_seeds,
    read_chain,
)
from autograder.kit.draw import FLOOR, interior

CODES = "qY qZ pY pZ px"


def instance(rng, number):
    """Codes with A and B values, one of each in the first instance, all probabilities at least FLOOR."""
    A, B = (1, 1) if number == 0 else (1, 4) if number == 1 else rng.integers(1, 6, 2)
    qY, pY, qZ, pZ = (interior(rng, k) for k in (A, A, B, B))
    px = rng.uniform(FLOOR, 1, (A, B))
    values = {"qY": qY, "qZ": qZ, "pY": pY, "pZ": pZ, "px": px, "A": int(A), "B": int(B)}
    return values | {"log_evidence": float(np.log(pY @ px @ pZ))}


ITEM = Item("log_evidence", instance, (KL,))


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(seed=fresh_seeds())
def test_ends_at_the_target(student, reference, seed):
    """The last line is expected reconstruction less the two divergences, written with KL."""
    chain = read_chain(student.derivation_2_1(), ITEM)
    target = reference.derivation_2_1()[-1][1]
    assert_ends(chain, target, Uses.of("A B", f"{CODES} KL"), seed)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(seed=fresh_seeds())
def test_every_step_holds(student, seed):
    """Every line follows from the one before, up to a last line in q, p and KL."""
    chain = read_chain(student.derivation_2_1(), ITEM)
    assert_true_steps(chain, seed, Uses.of("A B KL", CODES))


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(seed=fresh_seeds())
def test_passes_the_undivided_bound(student, seed):
    """After true steps there is a line without KL and log_evidence that depends on both q, both priors and px."""
    chain = read_chain(student.derivation_2_1(), ITEM)
    assert_milestone(chain, [Uses.of("A B", CODES)], 0, seed)
