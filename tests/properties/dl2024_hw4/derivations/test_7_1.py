"""Part 7.1, derivation: from the evidence of a mixture VAE to its three terms, on random instances."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import Item, Uses, assert_ends, assert_milestone, fresh_seeds, read_chain
from autograder.kit.draw import FLOOR, interior

ALL = "p_z p_w p_x q_w q_z"


def model(rng, number):
    """Finitely many values of w and z, one of each in the first instance; post and log_px by enumeration."""
    W, K = (1, 1) if number == 0 else (int(n) for n in rng.integers(1, 5, 2))
    p_z, q_w, p_x = interior(rng, K), interior(rng, W), rng.uniform(FLOOR, 1, W)
    p_w = np.stack([interior(rng, W) for _ in range(K)])
    q_z = np.stack([interior(rng, K) for _ in range(W)])
    joint = (p_z[:, None] * p_w * p_x).T  # (W, K)
    names = {"p_z": p_z, "p_w": p_w, "p_x": p_x, "q_w": q_w, "q_z": q_z, "W": W, "K": K}
    return names | {"post": joint / joint.sum(), "log_px": float(np.log(joint.sum()))}


ITEM = Item("log_px", model)
MILESTONES = [Uses.of("W K", ALL), Uses.of("W K", ALL)]
two_seeds = settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it


@two_seeds
@given(seed=fresh_seeds())
def test_ends_at_the_three_terms(student, reference, seed):
    """The last line is the bound, without log_px and post."""
    chain = read_chain(student.derivation_7_1(), ITEM)
    assert_ends(chain, reference.derivation_7_1()[-1][1], Uses.of("W K", ALL), seed)


@two_seeds
@given(seed=fresh_seeds())
def test_passes_a_line_in_p_and_q(student, seed):
    """A line after true steps depends on all of p and q, without log_px and post."""
    assert_milestone(read_chain(student.derivation_7_1(), ITEM), MILESTONES[:1], 0, seed)


@two_seeds
@given(seed=fresh_seeds())
def test_passes_the_undivided_bound(student, seed):
    """Two lines after true steps do so, of which the bound itself may be one."""
    assert_milestone(read_chain(student.derivation_7_1(), ITEM), MILESTONES, 1, seed)


@two_seeds
@given(seed=fresh_seeds())
def test_is_true_with_a_line_in_p_and_q(student, seed):
    """All steps are true, and one line is in p and q alone."""
    assert_milestone(read_chain(student.derivation_7_1(), ITEM), MILESTONES[:1], 0, seed, whole=True)


@two_seeds
@given(seed=fresh_seeds())
def test_is_true_with_the_undivided_bound(student, seed):
    """All steps are true, and two lines are in p and q alone."""
    assert_milestone(read_chain(student.derivation_7_1(), ITEM), MILESTONES, 1, seed, whole=True)
