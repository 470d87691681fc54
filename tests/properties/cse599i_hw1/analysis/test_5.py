"""Part 5: mean, covariance and paths of a stationary process x_t = rho (x_{t-1} - mu) + mu + sigma e_t."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_array, as_tuple, assert_close, assert_rejects, rng_of, rounded, seeds
from tests.properties.cse599i_hw1.draw_analysis import processes

E = np.array([[1.0, -1.0, 0.5], [0.0, 2.0, 0.0]])


def test_worked_example_and_contract(student, reference):
    """Three values come out right, and a process that is not stationary raises ValueError."""
    mean, cov = moments(student, 0.5, 2.0, 3.0, 3)
    right_mean, right_cov = reference.ar1_moments(0.5, 2.0, 3.0, 3)
    assert_close(mean, right_mean, what="the mean")
    assert_close(cov, right_cov, what="the covariance")
    right = reference.ar1_autocovariance(0.5, 3.0, 2)
    assert_close(student.ar1_autocovariance(0.5, 3.0, 2), right, what="the autocovariance")
    assert_close(student.ar1_path(E, 0.5, 2.0, 3.0), reference.ar1_path(E, 0.5, 2.0, 3.0), what="the path")
    for rho, sigma, because in ((1.0, 3.0, "rho is 1"), (-1.5, 3.0, "rho is -1.5"), (0.5, 0.0, "sigma is 0")):
        assert_rejects(student.ar1_moments, rho, 2.0, sigma, 3, because=because)
        assert_rejects(student.ar1_autocovariance, rho, sigma, 2, because=because)
        assert_rejects(student.ar1_path, E, rho, 2.0, sigma, because=because)
    assert_rejects(student.ar1_moments, 0.5, 2.0, 3.0, 0, because="T is 0")
    assert_rejects(student.ar1_path, E[:, :0], 0.5, 2.0, 3.0, because="e has no column")
    assert_rejects(student.ar1_path, E[0], 0.5, 2.0, 3.0, because="e has one axis")


@settings(max_examples=40)
@given(process=processes())
def test_moments_match_reference(student, reference, process):
    """Mean and covariance agree with the reference, for negative rho and for rho = 0 too."""
    mean, cov = moments(student, *process)
    right_mean, right_cov = reference.ar1_moments(*process)
    assert_close(mean, right_mean, what="the mean")
    assert_close(cov, right_cov, what="the covariance")


@settings(max_examples=40)
@given(process=processes(max_t=1), k=st.integers(-12, 12))
def test_autocovariance_matches_reference(student, reference, process, k):
    """The autocovariance agrees with the reference at lags of both signs and at 0."""
    rho, _, sigma, _ = process
    right = reference.ar1_autocovariance(rho, sigma, k)
    assert_close(student.ar1_autocovariance(rho, sigma, k), right, what="the autocovariance")
    assert_close(student.ar1_autocovariance(0.0, sigma, 0), sigma**2, what="the variance of pure noise")


@settings(max_examples=30)
@given(process=processes(), n=st.integers(1, 4), seed=seeds())
def test_path_matches_reference(student, reference, process, n, seed):
    """Paths for given noise agree with the reference."""
    rho, mu, sigma, T = process
    e = rounded(rng_of(seed).standard_normal((n, T)))
    assert_close(student.ar1_path(e, rho, mu, sigma), reference.ar1_path(e, rho, mu, sigma), what="the path")


@settings(max_examples=15)
@given(process=processes(max_t=20))
def test_paths_have_the_covariance(student, reference, process):
    """The paths of unit noise, put together, give the process's covariance; no noise gives its mean."""
    rho, mu, sigma, T = process
    right_mean, right_cov = reference.ar1_moments(*process)
    still = as_array(student.ar1_path(np.zeros((1, T)), rho, mu, sigma), (1, T), "the path without noise")
    assert_close(still[0], right_mean, what="the path without noise")
    moved = as_array(student.ar1_path(np.eye(T), rho, mu, sigma), (T, T), "the paths of unit noise") - still
    assert_close(moved.T @ moved, right_cov, what="the covariance of the paths")


def moments(student, rho, mu, sigma, T):
    """Mean (T,) and covariance (T, T) that the function gives."""
    mean, cov = as_tuple(student.ar1_moments(rho, mu, sigma, T), 2, "the moments")
    return as_array(mean, (T,), "the mean"), as_array(cov, (T, T), "the covariance")
