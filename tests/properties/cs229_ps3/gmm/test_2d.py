"""Part 2d: EM without labels; w (n, 4) after given iterations, after a full run, and what main starts from."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_array, as_tuple, as_vector, assert_close, assert_distribution, assert_that, fresh_seeds
from tests.properties.cs229_ps3.draw_em import (
    CHECKPOINTS,
    as_rows,
    assert_follows,
    assert_on_path,
    assert_stops,
    early_instances,
    stop_instances,
)

BY_CHANCE = 1e-12  # 60 is 2e-13 of chi-square's tail for each of 4 means; covariances of 245 points are closer still


@settings(max_examples=7)
@given(early=early_instances())
def test_early_path(student, reference, early):
    """After 1, 2, 3 and 5 iterations run_em returns the responsibilities that EM has there."""
    begin = reference.early_start(early, False)
    path = reference.early_path(early, False)
    assert_follows({m: as_rows(student.run_em(*begin, max_iter=m), path[0].shape) for m in CHECKPOINTS}, path)


@settings(max_examples=4)
@given(short=early_instances())
def test_rows_are_probabilities(student, reference, short):
    """Each row of what run_em returns is a probability distribution over the clusters."""
    begin = reference.early_start(short, False)
    w = as_array(student.run_em(*begin, max_iter=3), begin[1].shape, "w")
    assert_distribution(w, what="w", atol=1e-8)


@settings(max_examples=2)
@given(data=fresh_seeds(), seed=fresh_seeds())
def test_starts_from_a_random_split(student, reference, data, seed):
    """main starts EM with equal weights and the moments of a random split into 4 groups, another one each time."""
    x, x_tilde, z_tilde = reference.dataset(data, 980)
    mean, spread = x.mean(axis=0), np.linalg.inv(np.cov(x, rowvar=False, bias=True))
    means = []
    for trial, state in ((0, seed), (1, seed ^ 1)):
        start = student.initialise(x, x_tilde, z_tilde, trial, state, False)
        _, w, phi, mu, sigma = as_tuple(start, 5, "the start")
        assert_close(as_vector(phi, 4, "phi"), np.full(4, 0.25), what="phi")
        assert_close(w, np.full((len(x), 4), 0.25), what="w")
        mu, sigma = as_array(mu, (4, 2), "mu"), as_array(sigma, (4, 2, 2), "sigma")
        far = len(x) / 4 * np.einsum("jd,de,je->j", mu - mean, spread, mu - mean).max()
        reason = "mu does not hold the means of large random groups of the points"
        assert_that(bool(far <= 60), reason, ratio=far / 60, chance=BY_CHANCE)
        off = np.abs(spread @ sigma - np.eye(2)).max()
        reason = "sigma does not hold the covariances of large random groups of the points"
        assert_that(bool(off <= 1.5), reason, ratio=off / 1.5, chance=BY_CHANCE)
        level = np.abs(spread @ sigma.mean(axis=0) - np.eye(2)).max()
        assert_that(bool(level <= 0.5), reason, ratio=level / 0.5, chance=BY_CHANCE)
        assert_that(bool((sigma != sigma[0]).any()), "all groups have the same covariance, so it is not their own")
        means.append(mu)
    assert_that(bool((means[0] != means[1]).any()), "two runs start from the same split")


@settings(max_examples=4)
@given(ending=stop_instances())
def test_ends_on_the_path(student, reference, ending):
    """A full run_em returns responsibilities that EM passes through."""
    begin = reference.stop_start(ending, False)
    rows, path, _ = reference.stop_path(ending, False)
    assert_on_path(as_rows(student.run_em(*begin), begin[1].shape)[rows], path)


@settings(max_examples=4)
@given(full=stop_instances())
def test_stops_by_the_summed_objective(student, reference, full):
    """A full run_em ends after the first iteration that changes the summed log-likelihood by less than 1e-3."""
    begin = reference.stop_start(full, False)
    rows, path, last = reference.stop_path(full, False)
    assert_stops(as_rows(student.run_em(*begin), begin[1].shape)[rows], path, last)
