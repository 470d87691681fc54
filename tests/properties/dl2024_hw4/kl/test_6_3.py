"""Part 6.3, code: the Gaussian nearest to a mixture, in both directions of the divergence."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import Tolerance, as_scalar, as_tuple, assert_close, assert_rejects, assert_that
from tests.properties.dl2024_hw4.draw_kl import Target, reverse_kl, separated, targets

SOURCE = Target(np.array([1 / 3, 2 / 3]), np.array([-1.0, 1.0]), np.array([1.0, 1.0]))
INCLUSIVE, EXCLUSIVE = (1 / 3, np.sqrt(17 / 9)), (0.321885795, 1.353293465)
EXACT = Tolerance(1e-6, 1e-9, "a closed form")
OPTIMISED = Tolerance(0.005, 0.0, "a numerical optimum; the other direction's is 0.011 away")
QUADRATURE = Tolerance(1e-5, 0.0, "a numerical integral")


def test_one_component_comes_back(student):
    """Of a single component both fits give its mean and standard deviation, and bad input raises ValueError."""
    one = Target(np.array([1.0]), np.array([-2.5]), np.array([0.75]))
    for function, name in ((student.fit_inclusive, "inclusive"), (student.fit_exclusive, "exclusive")):
        mu, sigma = pair(function(*one), name)
        assert_close(mu, -2.5, what=f"the {name} mu", tol=OPTIMISED)
        assert_close(sigma, 0.75, what=f"the {name} sigma", tol=OPTIMISED)
        assert_rejects(function, SOURCE.weights * 2, *SOURCE[1:], because="the weights sum to 2")
        assert_rejects(function, np.array([1.5, -0.5]), *SOURCE[1:], because="a weight is negative")
        assert_rejects(function, *SOURCE[:2], np.array([1.0, 0.0]), because="a standard deviation is 0")
    assert_close(student.kl_to_target(-2.5, 0.75, *one), 0.0, what="KL of the component from itself", tol=QUADRATURE)


@settings(max_examples=40)
@given(target=targets())
def test_inclusive_is_near(student, reference, target):
    """The inclusive fit is within 0.005 of the right one, relative to the larger of 1 and sigma."""
    found = pair(student.fit_inclusive(*target), "inclusive")
    right = reference.fit_inclusive(*target)
    scale = max(1.0, right[1])
    assert_close(np.array(found) / scale, np.array(right) / scale, what="(mu, sigma)", tol=OPTIMISED)


@settings(max_examples=40)
@given(target=targets())
def test_inclusive_is_exact(student, reference, target):
    """The inclusive fit agrees with its closed form."""
    found, right = student.fit_inclusive(*target), reference.fit_inclusive(*target)
    for name, got, wanted in zip(("mu", "sigma"), pair(found, "inclusive"), right, strict=True):
        assert_close(got, wanted, what=name, tol=EXACT)


def test_exclusive_is_not_inclusive(student):
    """On the assignment's mixture the exclusive fit is nearly best, and nearer to it than to the inclusive fit."""
    mu, sigma = pair(student.fit_exclusive(*SOURCE), "exclusive")
    excess = reverse_kl(mu, sigma, SOURCE) - reverse_kl(*EXCLUSIVE, SOURCE)
    assert_that(excess <= 1.2e-4, "KL(q || p) exceeds its minimum by more than 1.2e-4", got=f"{excess:.3g}")
    near, far = (np.hypot(mu - at[0], sigma - at[1]) for at in (EXCLUSIVE, INCLUSIVE))
    assert_that(bool(near < far), "the fit lies nearer to the inclusive one")


def test_exclusive_is_near(student):
    """On the assignment's mixture mu and sigma of the exclusive fit are within 0.005 of the right ones."""
    mu, sigma = pair(student.fit_exclusive(*SOURCE), "exclusive")
    assert_close(mu, EXCLUSIVE[0], what="mu", tol=OPTIMISED)
    assert_close(sigma, EXCLUSIVE[1], what="sigma", tol=OPTIMISED)


@settings(max_examples=3)
@given(target=separated())
def test_exclusive_takes_the_best_mode(student, reference, target):
    """Where modes are far from each other, the exclusive fit is the best of all local minima, wherever that is."""
    for each in (target, target._replace(weights=target.weights[::-1].copy())):
        assert_best(student.fit_exclusive(*each), reference.fit_exclusive(*each), each)


def test_exclusive_leaves_the_middle(student, reference):
    """With the assignment's weights and means +-2.5 or +-3 the exclusive fit is at the heavier mode."""
    for distance in (2.5, 3.0):
        target = SOURCE._replace(means=np.array([-distance, distance]))
        assert_best(student.fit_exclusive(*target), reference.fit_exclusive(*target), target)


@settings(max_examples=20)
@given(
    target=targets(max_k=3),
    mu=st.sampled_from((-40.0, -3.0, 0.0, 0.5, 4.0)),
    sigma=st.sampled_from((0.05, 0.5, 1.0, 2.5, 8.0)),
)
def test_kl_to_target_matches_reference(student, reference, target, mu, sigma):
    """KL(q || p) is within 1e-5 of the right value, for narrow and broad q, and far from p too."""
    tolerance = QUADRATURE._replace(rtol=1e-6)
    found, right = student.kl_to_target(mu, sigma, *target), reference.kl_to_target(mu, sigma, *target)
    assert_close(found, right, what="KL(q || p)", tol=tolerance)


@settings(max_examples=2)
@given(shift=st.sampled_from((-60.0, 25.0, 40.0)), scale=st.sampled_from((1.5, 4.0)))
def test_units_do_not_matter(student, shift, scale):
    """Moving and scaling the mixture moves and scales both fits."""
    target = Target(SOURCE.weights, scale * SOURCE.means + shift, scale * SOURCE.sds)
    for function, right in ((student.fit_inclusive, INCLUSIVE), (student.fit_exclusive, EXCLUSIVE)):
        mu, sigma = pair(function(*target), "the")
        assert_close((mu - shift) / scale, right[0], what="mu in the first units", tol=OPTIMISED)
        assert_close(sigma / scale, right[1], what="sigma in the first units", tol=OPTIMISED)


def pair(value, name):
    """mu and sigma, which is positive."""
    mu, sigma = as_tuple(value, 2, f"the {name} fit")
    mu, sigma = as_scalar(mu, f"the {name} mu"), as_scalar(sigma, f"the {name} sigma")
    assert_that(sigma > 0, f"the {name} sigma is not positive", got=f"{sigma:.6g}")
    return mu, sigma


def assert_best(found, right, target):
    """KL(q || p) at the fit is within 1e-3 of its value at the right one."""
    excess = reverse_kl(*pair(found, "exclusive"), target) - reverse_kl(*right, target)
    assert_that(excess <= 1e-3, "KL(q || p) exceeds its global minimum by more than 1e-3 nats", got=f"{excess:.3g}")
