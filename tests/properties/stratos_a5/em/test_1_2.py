"""Part 1.2: posteriors gamma (T, m), the log-likelihood, and the log posterior of a sequence of classes."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import (
    as_array,
    as_scalar,
    assert_close,
    assert_distribution,
    assert_rejects,
    rng_of,
    seeds,
)
from tests.properties.stratos_a5.draw_em import impossible, models

X = np.array([0, 1, 1, 2])
FIRST = np.array([[0.5, 0.5], [0.25, 0.75], [1.0, 0.0], [0.125, 0.875]])
SECOND = np.array([[0.5, 0.25, 0.25], [0.125, 0.5, 0.375]])


def test_worked_example_and_contract(student, reference):
    """Four words come out right, the same call gives the same result, and bad input raises ValueError."""
    gamma = as_array(student.e_step(X, FIRST, SECOND), (4, 2), "gamma")
    assert_close(gamma, reference.e_step(X, FIRST, SECOND), what="gamma")
    assert_distribution(gamma, what="gamma")
    assert_close(student.e_step(X, FIRST, SECOND), gamma, what="gamma of the same call again")
    right = reference.log_likelihood(X, FIRST, SECOND)
    assert_close(student.log_likelihood(X, FIRST, SECOND), right, what="the log-likelihood")
    z = np.array([0, 1, 1, 0])
    found, right = student.log_posterior_path(z, X, FIRST, SECOND), reference.log_posterior_path(z, X, FIRST, SECOND)
    assert_close(found, right, what="the log posterior of a path")
    for function in (student.e_step, student.log_likelihood):
        assert_rejects(function, X[:0], FIRST, SECOND, because="x is empty")
        assert_rejects(function, X + 1, FIRST, SECOND, because="x has an entry that is V")
        assert_rejects(function, X - 1, FIRST, SECOND, because="x has an entry that is -1")
        assert_rejects(function, X, FIRST[1:], SECOND, because="p_z_given_x has V rows")
        assert_rejects(function, X, FIRST[:, :1], SECOND, because="the tables have different numbers of classes")
    assert_rejects(student.log_posterior_path, z[1:], X, FIRST, SECOND, because="z is shorter than x")
    assert_rejects(student.log_posterior_path, z + 1, X, FIRST, SECOND, because="z has an entry that is m")
    assert_rejects(student.log_posterior_path, z - 1, X, FIRST, SECOND, because="z has an entry that is -1")


@settings(max_examples=60)
@given(model=models(zeros=True))
def test_posterior_matches_reference(student, reference, model):
    """The posteriors of all places agree with the reference, also with zeros in the tables."""
    assert_close(student.e_step(*model), reference.e_step(*model), what="gamma")


@settings(max_examples=12)
@given(model=models(max_t=6, max_v=4, max_m=3, min_m=2, zeros=True))
def test_agrees_with_enumeration(student, reference, model):
    """Posteriors and log-likelihood are those that come from going through all sequences of classes."""
    gamma, total = reference.enumerated(*model)
    assert_close(student.e_step(*model), gamma, what="gamma")
    assert_close(student.log_likelihood(*model), total, what="the log-likelihood")


@settings(max_examples=12)
@given(model=models(min_m=2), seed=seeds())
def test_relabelling_permutes_columns(student, model, seed):
    """Renaming the classes permutes the columns of gamma and leaves the log-likelihood as it is."""
    x, first, second = model
    T, m = len(x), len(second)
    order = rng_of(seed).permutation(m)
    gamma = as_array(student.e_step(*model), (T, m), "gamma")
    again = student.e_step(x, first[:, order], second[order])
    assert_close(again, gamma[:, order], what="gamma after renaming the classes")
    before = as_scalar(student.log_likelihood(*model), "the log-likelihood")
    after = student.log_likelihood(x, first[:, order], second[order])
    assert_close(after, before, what="the log-likelihood after renaming the classes")


@settings(max_examples=30)
@given(model=models(zeros=True), wide=models(max_v=20, max_m=4), seed=seeds())
def test_log_likelihood_matches_reference(student, reference, model, wide, seed):
    """The log-likelihood agrees with the reference, also for 2000 words, whose probability is 0 in floating point."""
    assert_close(student.log_likelihood(*model), reference.log_likelihood(*model), what="the log-likelihood")
    many = rng_of(seed).integers(0, wide.second.shape[1], 2000)
    found, right = (who.log_likelihood(many, wide.first, wide.second) for who in (student, reference))
    assert_close(found, right, what="the log-likelihood of 2000 words")


@settings(max_examples=12)
@given(model=impossible())
def test_log_likelihood_of_the_impossible(student, model):
    """Words that cannot occur have the log-likelihood -inf."""
    assert_close(student.log_likelihood(*model), -np.inf, what="the log-likelihood")


@settings(max_examples=30)
@given(model=models(max_t=25, zeros=True), seed=seeds(), likely=st.booleans())
def test_path_matches_reference(student, reference, model, seed, likely):
    """The log posterior of a sequence of classes agrees with the reference; it is -inf for one that cannot be."""
    gamma = reference.e_step(*model)
    z = rng_of(seed).integers(0, gamma.shape[1], len(gamma))
    z = np.where(gamma[np.arange(len(z)), z] > 0, z, gamma.argmax(axis=1)) if likely else z
    found, right = student.log_posterior_path(z, *model), reference.log_posterior_path(z, *model)
    assert_close(found, right, what="the log posterior of a path")


@settings(max_examples=12)
@given(model=impossible())
def test_rejects_the_impossible(student, model):
    """Asked for posteriors given words that cannot occur, both functions raise ValueError."""
    because = "a pair of words that occurs has probability 0"
    assert_rejects(student.e_step, *model, because=because)
    assert_rejects(student.log_posterior_path, np.zeros(len(model.x), np.int64), *model, because=because)
