"""What a homework's properties may import: comparisons, strategies and statistical tests."""

from autograder.kit.calls import assert_rejects
from autograder.kit.chance import assert_covariance_distance, assert_mean, assert_variance
from autograder.kit.close import (
    EXACT,
    T32,
    T64,
    T64L,
    Tolerance,
    as_array,
    as_integers,
    as_scalar,
    as_tuple,
    as_vector,
    assert_close,
    assert_distribution,
    assert_that,
)
from autograder.kit.draw import Mixture, fresh_seeds, mixtures, rng_of, rounded, seeds

__all__ = [
    "EXACT",
    "T32",
    "T64",
    "T64L",
    "Mixture",
    "Tolerance",
    "as_array",
    "as_integers",
    "as_scalar",
    "as_tuple",
    "as_vector",
    "assert_close",
    "assert_covariance_distance",
    "assert_distribution",
    "assert_mean",
    "assert_rejects",
    "assert_that",
    "assert_variance",
    "fresh_seeds",
    "mixtures",
    "rng_of",
    "rounded",
    "seeds",
]
