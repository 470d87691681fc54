"""The strategies: whatever is drawn keeps what its docstring promises, with the same bits on every machine."""

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from autograder.kit.draw import Mixture, covariance, distribution, mixtures, rng_of, rounded, seeds

FIXED = settings(max_examples=100, deadline=None, database=None, derandomize=True)
GRID = 2.0**20


def on_grid(array):
    """Every entry is a multiple of 2**-20."""
    return bool((np.asarray(array) * GRID == np.rint(np.asarray(array) * GRID)).all())


@FIXED
@given(values=st.lists(st.floats(-1e6, 1e6), max_size=5))
def test_rounding_moves_to_the_nearest_point_of_the_grid(values):
    """What is rounded lies on the grid, no further than half a step away."""
    array = rounded(np.array(values))

    assert on_grid(array)
    assert (np.abs(array - values) <= 0.5 / GRID).all()


@FIXED
@given(values=st.lists(st.floats(-1e6, 1e6), max_size=5))
def test_rounding_twice_is_rounding_once(values):
    """What lies on the grid stays."""
    assert rounded(rounded(np.array(values))).tolist() == rounded(np.array(values)).tolist()


def test_last_digits_that_differ_between_machines_are_rounded_away():
    """The grid is coarse enough for sums taken in another order."""
    assert rounded(np.array([0.1 + 0.2]))[0] == rounded(np.array([0.3]))[0]


@FIXED
@given(seed=seeds())
def test_a_seed_stands_for_one_generator(seed):
    """A case is its seed: the same numbers whenever it is replayed."""
    assert rng_of(seed).standard_normal(3).tolist() == rng_of(seed).standard_normal(3).tolist()


def test_different_seeds_stand_for_different_generators():
    """A new seed is a new case."""
    assert rng_of(0).standard_normal() != rng_of(1).standard_normal()


@FIXED
@given(seed=seeds(), k=st.integers(1, 50))
def test_distribution_sum_to_one_exactly(seed, k):
    """No rounding error is handed to students who check their input."""
    phi = distribution(rng_of(seed), k)

    assert phi.sum() == 1
    assert sum(phi.tolist()) == 1


@FIXED
@given(seed=seeds(), k=st.integers(1, 50))
def test_distribution_are_positive_and_on_the_grid(seed, k):
    """Every outcome is possible: no logarithm of zero by accident of rounding."""
    phi = distribution(rng_of(seed), k)

    assert phi.shape == (k,)
    assert on_grid(phi)
    assert phi.min() >= 1 / GRID


@FIXED
@given(seed=seeds(), d=st.integers(1, 6), floor=st.sampled_from([0.1, 0.3, 1.0]))
def test_a_covariance_is_symmetric_and_positive_definite(seed, d, floor):
    """Symmetric to the last bit, on the grid, and no eigenvalue below the floor but for rounding."""
    sigma = covariance(rng_of(seed), d, floor)

    assert sigma.shape == (d, d)
    assert (sigma == sigma.T).all()
    assert on_grid(sigma)
    assert np.linalg.eigvalsh(sigma).min() > floor - 1e-5


def test_a_covariance_is_not_diagonal():
    """Programs that drop the off-diagonal entries are found out."""
    assert np.abs(covariance(rng_of(0), 3)[np.triu_indices(3, 1)]).min() > 1e-3


@FIXED
@given(m=mixtures())
def test_a_mixture_has_the_shapes_and_sizes_it_promises(m):
    """n 1..40, k 1..5, d 1..4."""
    (n, d), k = m.x.shape, len(m.phi)

    assert (1 <= n <= 40, 1 <= k <= 5, 1 <= d <= 4) == (True, True, True)
    assert (m.mu.shape, m.sigma.shape) == ((k, d), (k, d, d))
    assert {array.dtype for array in m} == {np.dtype(np.float64)}


@FIXED
@given(m=mixtures(max_n=3, max_k=2, max_d=1))
def test_a_mixture_keeps_to_the_sizes_it_was_asked_for(m):
    """A part can ask for small cases."""
    assert (len(m.x) <= 3, len(m.phi) <= 2, m.x.shape[1]) == (True, True, 1)


@FIXED
@given(m=mixtures())
def test_a_mixture_is_the_same_bits_everywhere(m):
    """Every number lies on the grid, so a frozen case is found again on any machine."""
    assert [on_grid(array) for array in m] == [True] * 4


@FIXED
@given(m=mixtures())
def test_a_mixture_is_one(m):
    """Weights are a distribution, and every covariance is symmetric and positive definite."""
    assert m.phi.sum() == 1
    assert (m.sigma == m.sigma.transpose(0, 2, 1)).all()
    assert np.linalg.eigvalsh(m.sigma).min() > 0.29


@pytest.mark.parametrize(
    "wanted",
    [
        lambda m: len(m.x) == 1,
        lambda m: len(m.x) == 40,
        lambda m: len(m.phi) == 1,
        lambda m: len(m.phi) == 5,
        lambda m: m.x.shape[1] == 1,
        lambda m: m.x.shape[1] == 4,
        lambda m: len(m.x) < len(m.phi),
    ],
    ids=["one point", "forty points", "one component", "five", "one dimension", "four", "more components than points"],
)
def test_the_corners_are_drawn(wanted):
    """The sizes where programs go wrong are among the cases."""
    found = find(mixtures(), wanted, settings=settings(FIXED, max_examples=3000))

    assert isinstance(found, Mixture)
