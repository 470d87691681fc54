"""Part 6.1, code: the divergence of two Gaussians in d dimensions."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import T64L, as_scalar, assert_close, assert_rejects, assert_that, fresh_seeds, rng_of, rounded
from tests.properties.dl2024_hw4.draw_kl import Pair, pairs

MU, SIGMA = np.array([0.5, -1.0]), np.array([[2.0, 0.5], [0.5, 1.0]])


def test_worked_example_and_contract(student, reference):
    """In one dimension the value is the known one, a Gaussian has no divergence from itself, bad input raises."""
    one = np.array([1.0]), np.array([[4.0]]), np.array([0.0]), np.array([[1.0]])
    assert_close(student.kl_mvn(*one), 2.0 - np.log(2), what="KL(N(1, 4) || N(0, 1))")
    assert_close(student.kl_mvn(MU, SIGMA, MU, SIGMA), 0.0, what="KL of a Gaussian from itself")
    pair = MU, SIGMA, MU + 1, np.eye(2) * 3
    assert_close(student.kl_mvn(*pair), reference.kl_mvn(*pair), what="KL in two dimensions")


@settings(max_examples=60)
@given(pair=pairs())
def test_matches_reference(student, reference, pair):
    """The divergence agrees with the reference for d up to 8 and condition numbers up to 10,000."""
    assert_close(student.kl_mvn(*pair), reference.kl_mvn(*pair), what="KL")


@settings(max_examples=16)
@given(pair=pairs(powers=(6,)))
def test_survives_stretched_covariances(student, reference, pair):
    """Covariances of condition number 1e6 lose no digits that matter."""
    assert_close(student.kl_mvn(*pair), reference.kl_mvn(*pair), what="KL", tol=T64L)


@settings(max_examples=6)
@given(seed=fresh_seeds(), power=st.sampled_from([-3, 3]))
def test_survives_many_dimensions(student, reference, seed, power):
    """In 200 dimensions, where the determinants are 0 or infinite in floating point, the divergence is right."""
    rng = rng_of(seed)
    scale = 2.0 ** (8 * np.sign(power))
    first, second = (rounded(rng.uniform(1, 2, 200)) * scale for _ in range(2))
    mu = rounded(0.25 * rng.standard_normal((2, 200)))
    pair = mu[0], np.diag(first), mu[1], np.diag(second)
    assert_close(student.kl_mvn(*pair), reference.kl_mvn(*pair), what="KL in 200 dimensions")


@settings(max_examples=20)
@given(pair=pairs(max_d=5, powers=(1, 2)), seed=fresh_seeds())
def test_coordinates_do_not_matter(student, reference, pair, seed):
    """Mapping both Gaussians by one invertible affine map leaves the divergence as it is."""
    rng = rng_of(seed)
    d = len(pair.mu0)
    A, b = np.tril(rng.integers(-2, 3, (d, d)), -1) + np.diag(rng.choice([-2.0, 0.5, 1.0], d)), rng.integers(-9, 9, d)
    moved = Pair(A @ pair.mu0 + b, mapped(A, pair.Sigma0), A @ pair.mu1 + b, mapped(A, pair.Sigma1))
    assert_close(student.kl_mvn(*moved), reference.kl_mvn(*pair), what="KL in other coordinates", tol=T64L)


@settings(max_examples=20)
@given(first=pairs(max_d=4), second=pairs(max_d=4))
def test_independent_blocks_add(student, reference, first, second):
    """Of two independent blocks the divergences add."""
    joined = Pair(
        np.append(first.mu0, second.mu0),
        blocks(first.Sigma0, second.Sigma0),
        np.append(first.mu1, second.mu1),
        blocks(first.Sigma1, second.Sigma1),
    )
    right = reference.kl_mvn(*first) + reference.kl_mvn(*second)
    assert_close(student.kl_mvn(*joined), right, what="KL of two blocks")


@settings(max_examples=20)
@given(pair=pairs(max_d=5), tiny=st.sampled_from([1e-3, 1e-1, 1.0]))
def test_only_equal_gaussians_have_none(student, pair, tiny):
    """The divergence is 0 of a Gaussian from itself, and positive when the other's mean or covariance is another."""
    mu, Sigma = pair.mu0, pair.Sigma0
    assert_close(student.kl_mvn(mu, Sigma, mu, Sigma), 0.0, what="KL of a Gaussian from itself")
    others = {"mean": (mu + tiny, Sigma), "covariance": (mu, Sigma * (1 + tiny))}
    for name, other in others.items():
        value = as_scalar(student.kl_mvn(mu, Sigma, *other), "KL")
        assert_that(value > 0, f"KL is not positive although the {name} is another", got=f"{value:.6g}")


@settings(max_examples=12)
@given(pair=pairs(max_d=5).filter(lambda p: len(p.mu0) > 1), where=st.booleans())
def test_rejects_bad_input(student, pair, where):
    """Shapes that do not fit, and covariances that are not symmetric or not positive definite, raise ValueError."""
    mu0, Sigma0, mu1, Sigma1 = pair
    d = len(mu0)
    skew, negative, flat = Sigma0.copy(), Sigma0.copy(), Sigma0.copy()
    skew[0, d - 1] += 2.0**-10 * np.abs(Sigma0).max()
    negative[0, 0] = -negative[0, 0]
    flat[-1, -1] = 0.0
    bad = {
        "a covariance is not symmetric": skew,
        "a covariance is not positive definite": negative,
        "a variance is 0": flat,
        "a covariance has too few rows": Sigma0[1:],
        "a covariance is smaller than the means are long": Sigma0[1:, 1:],
    }
    for because, matrix in bad.items():
        arguments = (mu0, matrix, mu1, Sigma1) if where else (mu0, Sigma0, mu1, matrix)
        assert_rejects(student.kl_mvn, *arguments, because=because)
    assert_rejects(student.kl_mvn, mu0, Sigma0, mu1[1:], Sigma1, because="the means have different lengths")


def mapped(A, Sigma):
    """A Sigma A', exactly symmetric."""
    found = A @ Sigma @ A.T
    return (found + found.T) / 2


def blocks(a, b):
    """The covariance of two independent blocks."""
    found = np.zeros((len(a) + len(b), len(a) + len(b)))
    found[: len(a), : len(a)], found[len(a) :, len(a) :] = a, b
    return found
