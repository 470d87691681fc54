"""Part 1c: the empirical distribution, the mean log-likelihood, and the best of a grid of models."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import (
    EXACT,
    as_array,
    as_integers,
    as_scalar,
    as_vector,
    assert_close,
    assert_rejects,
)
from tests.properties.cs229_ps3.draw_kl import grids, samples, sparse_grids, tied_grids


@given(case=samples())
def test_empirical_matches_reference(student, reference, case):
    """The empirical distribution agrees with the reference, outcomes that do not occur included."""
    found = as_vector(student.empirical(case.xs, case.k), case.k, "empirical")
    assert_close(found, reference.empirical(case.xs, case.k), what="empirical")


@given(case=samples())
def test_log_likelihood_matches_reference(student, reference, case):
    """The mean log-likelihood agrees with the reference."""
    assert_close(student.avg_log_lik(*case), reference.avg_log_lik(*case), what="avg_log_lik")


@settings(max_examples=40)
@given(case=grids())
def test_best_model_matches_reference(student, reference, case):
    """Of 50 models the likeliest is found."""
    found = as_integers(student.best_theta(*case), (), "best_theta")
    assert_close(found, reference.best_theta(*case), what="best_theta", tol=EXACT)


@settings(max_examples=20)
@given(sparse=sparse_grids(), tied=tied_grids())
def test_zeros_and_ties_are_taken_as_agreed(student, reference, sparse, tied):
    """An outcome of probability 0 makes a likelihood -inf where it was observed; of equal models the first wins."""
    xs, grid = sparse
    for row in grid[:6]:
        assert_close(student.avg_log_lik(xs, row), reference.avg_log_lik(xs, row), what="avg_log_lik")
    for case in (sparse, tied):
        found = as_integers(student.best_theta(*case), (), "best_theta")
        assert_close(found, reference.best_theta(*case), what="best_theta", tol=EXACT)


@settings(max_examples=20)
@given(case=samples())
def test_divergence_and_likelihood_add_up_to_the_entropy(student, case):
    """The divergence from the empirical distribution is minus its entropy less the mean log-likelihood."""
    p = as_array(student.empirical(case.xs, case.k), (case.k,), "empirical")
    seen = p > 0
    divergence = (p[seen] * (np.log(p[seen]) - case.logp[seen])).sum()
    negentropy = (p[seen] * np.log(p[seen])).sum()
    found = negentropy - as_scalar(student.avg_log_lik(*case), "avg_log_lik")
    assert_close(found, divergence, what="minus the entropy less avg_log_lik")


@settings(max_examples=3)
@given(case=grids())
def test_rejects_bad_input(student, case):
    """Outcomes that there are not, none at all, NaN and what is no distribution raise ValueError, in all functions."""
    xs, grid = case
    logp, k = grid[0], case.k
    above, below, none = np.append(xs, k), np.append(xs, -1), xs[:0]
    as_vector(student.empirical(xs, k), k, "empirical")
    as_scalar(student.avg_log_lik(xs, logp), "avg_log_lik")
    as_scalar(student.avg_log_lik(xs, logp + 5e-9), "avg_log_lik of probabilities that sum to 1 within 1e-8")
    as_integers(student.best_theta(xs, grid + 5e-9), (), "best_theta")
    calls = ((student.empirical, k), (student.avg_log_lik, logp), (student.best_theta, grid))
    for function, given_ in calls:
        assert_rejects(function, above, given_, because="an outcome is k")
        assert_rejects(function, below, given_, because="an outcome is -1")
        assert_rejects(function, none, given_, because="there are no outcomes")
        assert_rejects(function, np.stack([xs, xs]), given_, because="xs has two axes")
    assert_rejects(student.avg_log_lik, xs, grid, because="logp has two axes")
    assert_rejects(student.best_theta, xs, logp, because="logp_grid has one axis")
    for function, rows in calls[1:]:
        for bad, why in ((np.nan, "NaN"), (np.inf, "infinite")):
            spoiled = rows.copy()
            spoiled[..., -1] = bad
            assert_rejects(function, xs, spoiled, because=f"an entry of logp is {why}")
        assert_rejects(function, xs, rows + 0.1, because="the probabilities sum to more than 1")
        assert_rejects(function, xs, rows + 3e-8, because="the probabilities sum to 1 + 3e-8")
        assert_rejects(function, xs, rows - 0.1, because="the probabilities sum to less than 1")
    worse = np.concatenate([grid, grid[:1] + 0.1])
    assert_rejects(student.best_theta, xs, worse, because="the last model is no distribution")
