"""Part 5, derivations: F is at most log p(x) (E step), and F moves with Q (M step), on random instances."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import (
    ENTROPY,
    KL,
    Function,
    Item,
    Uses,
    assert_ends,
    assert_milestone,
    fresh_seeds,
    read_chain,
)
from autograder.kit.draw import interior
from tests.properties.dl2024_hw4.draw_em import entropy


def one_observation(rng, number):
    """q and log p(x, z) over n values of z, with the posterior and log p(x); one value in the first instance."""
    n = 1 if number == 0 else int(rng.integers(2, 7))
    q, post = (interior(rng, n) for _ in range(2))
    log_px = float(rng.normal(-2, 1))
    return {"q": q, "post": post, "log_px": log_px, "log_joint": np.log(post) + log_px, "n": n}


def two_parameters(rng, number):
    """q, and log p(x, z) under old and new parameters; F, Q as functions of this instance."""
    n = 1 if number == 0 else int(rng.integers(2, 7))
    q = interior(rng, n)
    lj, lj_new = rng.normal(-2, 1.5, (2, n))
    return {
        "q": q,
        "lj": lj,
        "lj_new": lj_new,
        "F": Function("F", lambda a, b: b @ a + entropy(b), (2,)),
        "Q": Function("Q", lambda a: q @ a, (1,)),
    }


E = Item("sum(q[z]*log_joint[z] for z in range(n)) + H(q)", one_observation, (KL, ENTROPY))
E_MILESTONES = [Uses.of("n", "q post log_px"), Uses.of("q post", "log_px KL")]
M = Item("F(lj_new, q) - F(lj, q)", two_parameters, (ENTROPY,))
M_MILESTONES = [Uses.of("H q lj lj_new", "Q")]
two_seeds = settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it


@two_seeds
@given(seed=fresh_seeds())
def test_e_ends_at_the_evidence(student, seed):
    """E step: the last line is log_px and nothing else."""
    assert_ends(read_chain(student.derivation_5_e(), E), "log_px", Uses.of("", "log_px"), seed)


@two_seeds
@given(seed=fresh_seeds())
def test_e_passes_the_factors(student, seed):
    """E step: a line after true steps has the joint probability as posterior times p(x), without H and KL."""
    assert_milestone(read_chain(student.derivation_5_e(), E), E_MILESTONES, 0, seed)


@two_seeds
@given(seed=fresh_seeds())
def test_e_passes_the_divergence(student, seed):
    """E step: a line after true steps has log_px and a divergence, and no joint probability."""
    assert_milestone(read_chain(student.derivation_5_e(), E), E_MILESTONES, 1, seed)


@two_seeds
@given(seed=fresh_seeds())
def test_e_is_true_with_the_factors(student, seed):
    """E step: all steps are true, and one line has posterior times p(x)."""
    assert_milestone(read_chain(student.derivation_5_e(), E), E_MILESTONES, 0, seed, whole=True)


@two_seeds
@given(seed=fresh_seeds())
def test_e_is_true_with_the_divergence(student, seed):
    """E step: all steps are true, and one line has log_px and a divergence."""
    assert_milestone(read_chain(student.derivation_5_e(), E), E_MILESTONES, 1, seed, whole=True)


@two_seeds
@given(seed=fresh_seeds())
def test_m_ends_at_the_change_of_q(student, seed):
    """M step: the last line is Q at the new parameters less Q at the old ones."""
    chain = read_chain(student.derivation_5_m(), M)
    assert_ends(chain, "Q(lj_new) - Q(lj)", Uses.of("", "Q lj_new lj"), seed)


@two_seeds
@given(seed=fresh_seeds())
def test_m_passes_q(student, seed):
    """M step: a line after true steps has Q in the place of F."""
    assert_milestone(read_chain(student.derivation_5_m(), M), M_MILESTONES, 0, seed)


@two_seeds
@given(seed=fresh_seeds())
def test_m_is_true_with_q(student, seed):
    """M step: all steps are true, and one line has Q in the place of F."""
    assert_milestone(read_chain(student.derivation_5_m(), M), M_MILESTONES, 0, seed, whole=True)
