"""Part 9a: the Gaussian and the product distribution that minimise KL(p || q)."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_tuple, assert_close, fresh_seeds, rng_of, rounded
from tests.properties.cmu10707_hw5.draw_discrete import tables


@settings(max_examples=25)
@given(k=st.integers(1, 5), seed=fresh_seeds())
def test_gaussian_matches_reference(student, reference, k, seed):
    """Mean and standard deviation of the best Gaussian agree with the reference."""
    rng = rng_of(seed)
    p = tables(rng, (k,), 1.0), rounded(3 * rng.standard_normal(k)), rounded(rng.uniform(0.3, 2, k))
    compare(student.forward_gaussian(*p), reference.forward_gaussian(*p), ("mu", "sd"))


@settings(max_examples=25)
@given(a=st.integers(1, 5), b=st.integers(1, 5), seed=fresh_seeds())
def test_product_matches_reference(student, reference, a, b, seed):
    """Both factors of the best product distribution agree with the reference."""
    P = tables(rng_of(seed), (a * b,), 1.0).reshape(a, b)
    compare(student.forward_product(P), reference.forward_product(P), ("row", "col"))


def test_worked_example(student):
    """Two equal modes at -3 and 3 give mean 0 and the spread of both; a table of two by two its sums."""
    half = np.array([0.5, 0.5])
    compare(student.forward_gaussian(half, np.array([-3.0, 3.0]), np.array([1.0, 1.0])), (0.0, 10**0.5), ("mu", "sd"))
    P = np.array([[0.5, 0.125], [0.25, 0.125]])
    compare(student.forward_product(P), (np.array([0.625, 0.375]), np.array([0.75, 0.25])), ("row", "col"))


def compare(found, right, names):
    """Both results agree."""
    for value, wanted, name in zip(as_tuple(found, 2, "the result"), right, names, strict=True):
        assert_close(value, wanted, what=name)
