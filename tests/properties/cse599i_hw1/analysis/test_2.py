"""Part 2: the index with the largest log p plus Gumbel noise, as a rule for given uniforms and as a sampler."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import (
    EXACT,
    as_integers,
    assert_cells,
    assert_close,
    assert_rejects,
    assert_that,
    fresh_seeds,
    rng_of,
    rounded,
)
from tests.properties.cse599i_hw1.draw_analysis import edges, races

LOG_P = np.log(np.array([0.5, 0.25, 0.125, 0.125]))
Z = np.array([[0.5, 0.5, 0.5, 0.5], [0.1, 0.2, 0.95, 0.3], [0.3, 0.2, 0.1, 0.9], [0.01, 0.5, 0.2, 0.1]])
DRAWS = 50_000


def test_worked_example_and_contract(student, reference):
    """Four rows come out right, ties go to the first index, and bad input raises ValueError."""
    assert_close(student.gumbel_argmax(LOG_P, Z), reference.gumbel_argmax(LOG_P, Z), what="the indices", tol=EXACT)
    tied = student.gumbel_argmax(np.zeros(3), np.full((2, 3), 0.5))
    assert_close(tied, np.zeros(2), what="the indices of ties", tol=EXACT)
    draws = as_integers(student.sample_gumbel_argmax(LOG_P, 6, 3), (6,), "the draws")
    assert_that(bool(((draws >= 0) & (draws < 4)).all()), "a draw lies outside 0..3")
    for bad, because in ((0.0, "an entry of z is 0"), (1.0, "an entry of z is 1"), (np.nan, "an entry of z is NaN")):
        assert_rejects(student.gumbel_argmax, LOG_P, np.where(Z == 0.95, bad, Z), because=because)
    assert_rejects(student.gumbel_argmax, LOG_P, Z[:, :3], because="z has a column too few")
    assert_rejects(student.gumbel_argmax, LOG_P, Z[:, :1], because="z has one column for all indices")
    assert_rejects(student.gumbel_argmax, LOG_P, Z[0], because="z has one axis")
    for bad, because in ((np.nan, "log_p has a NaN"), (np.inf, "log_p has +inf")):
        spoilt = np.append(LOG_P[:3], bad)
        assert_rejects(student.gumbel_argmax, spoilt, Z, because=because)
        assert_rejects(student.sample_gumbel_argmax, spoilt, 6, 3, because=because)
    nothing = np.full(4, -np.inf)
    assert_rejects(student.gumbel_argmax, nothing, Z, because="log_p is -inf everywhere")
    assert_rejects(student.sample_gumbel_argmax, nothing, 6, 3, because="log_p is -inf everywhere")


@settings(max_examples=40)
@given(race=races())
def test_rule_matches_reference(student, reference, race):
    """The index of every row is the one of the rule, for up to 50 outcomes, some of them of probability 0."""
    found = student.gumbel_argmax(*race)
    assert_close(found, reference.gumbel_argmax(*race), what="the indices", tol=EXACT)


@settings(max_examples=20)
@given(race=races(), shift=st.sampled_from([-1500, -2, 5, 1500]))
def test_only_ratios_of_weights_matter(student, race, shift):
    """A constant added to log_p changes no index, and an outcome of probability 0 is never chosen."""
    count = (len(race.z),)
    found = as_integers(student.gumbel_argmax(*race), count, "the indices")
    shifted = student.gumbel_argmax(race.log_p + shift, race.z)
    assert_close(shifted, found, what="the indices after a shift", tol=EXACT)
    wider = np.column_stack([np.full(count, 0.999), race.z])
    indices = as_integers(student.gumbel_argmax(np.append(-np.inf, race.log_p), wider), count, "the indices")
    assert_that(bool((indices != 0).all()), "an outcome of probability 0 is chosen")


@settings(max_examples=15)
@given(race=edges())
def test_uniforms_next_to_the_ends(student, reference, race):
    """Uniforms as small as 1e-300 and as large as 1 - 2**-53 lose nothing."""
    assert_close(student.gumbel_argmax(*race), reference.gumbel_argmax(*race), what="the indices", tol=EXACT)


@settings(max_examples=3)
@given(k=st.sampled_from([4, 12]), seed=fresh_seeds())
def test_draws_follow_the_weights(student, k, seed):
    """50000 draws have the given probabilities, normalised or not, one outcome having none."""
    ranks = rng_of(seed).permutation(k)  # unequal weights: where all are alike, wrong samplers come out right
    log_p = rounded(np.append(np.log(0.6) * ranks + 3, -np.inf))
    right = np.exp(log_p) / np.exp(log_p).sum()
    draws = as_integers(student.sample_gumbel_argmax(log_p, DRAWS, seed), (DRAWS,), "the draws")
    assert_cells(draws, right, what="the draws")
