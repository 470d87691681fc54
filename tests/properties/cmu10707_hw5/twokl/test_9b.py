"""Part 9b: a Gaussian at a local minimum of KL(q || p) for a mixture of two Gaussians, found from a given start."""

from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_scalar, as_tuple, assert_that, fresh_seeds, rng_of, rounded

NODES = np.linspace(-9, 9, 4001)
MASS = np.exp(-(NODES**2) / 2) / np.exp(-(NODES**2) / 2).sum()
STEP = 1e-3


class Start(NamedTuple):
    """A mixture of two Gaussians and the Gaussian to begin with."""

    w: np.ndarray
    m: np.ndarray
    s: np.ndarray
    mu0: float
    sd0: float


@st.composite
def starts(draw, low=2.5, high=4.5):
    """Modes at -a and a; the start lies near one of them."""
    rng = rng_of(draw(fresh_seeds()))
    first, a, mode = rng.integers(12, 21) / 32, rounded(rng.uniform(low, high)), draw(st.sampled_from([-1, 1]))
    s = rounded(rng.uniform(0.7, 0.9, 2))
    mu0, sd0 = rounded(mode * a + rng.uniform(-0.2, 0.2)), rounded(rng.uniform(0.55, 0.85))
    return Start(np.array([first, 1 - first]), np.array([-a, a]), s, float(mu0), float(sd0))


@settings(max_examples=12)
@given(start=st.one_of(starts(), starts(0.75, 1.25)))
def test_ends_in_a_local_minimum(student, start):
    """The gradient in (mu, log sd) is at most 1e-3, and no direction curves downwards, also where modes overlap."""
    x = run(student, start)
    f = {(i, j): divergence(start, x + STEP * np.array([i, j])) for i in (-1, 0, 1) for j in (-1, 0, 1)}
    gradient = np.array([f[1, 0] - f[-1, 0], f[0, 1] - f[0, -1]]) / (2 * STEP)
    norm = float(np.hypot(*gradient))
    assert_that(norm <= 1e-3, "the result is no stationary point", got=f"gradient {norm:.3g}", ratio=norm / 1e-3)
    across = (f[1, 1] - f[1, -1] - f[-1, 1] + f[-1, -1]) / 4
    hessian = np.array([[f[1, 0] + f[-1, 0] - 2 * f[0, 0], across], [across, f[0, 1] + f[0, -1] - 2 * f[0, 0]]])
    least = float(np.linalg.eigvalsh(hessian / STEP**2)[0])
    assert_that(least >= -1e-3, "the result is no minimum", got=f"curvature {least:.3g}")


@settings(max_examples=6)
@given(start=starts())
def test_is_better_than_the_start(student, start):
    """The divergence is not larger than that of the start."""
    found, before = divergence(start, run(student, start)), divergence(start, at(start))
    assert_that(found <= before + 1e-9, "the divergence is larger than at the start", got=f"{found:.6g}")


@settings(max_examples=6)
@given(start=starts(3.5, 4.5))
def test_the_start_chooses_the_mode(student, start):
    """For modes far apart the result lies at the mode where the start is, with about its spread."""
    mode = int(start.mu0 > 0)
    mu, log_sd = run(student, start)
    assert_that(abs(mu - start.m[mode]) <= 0.5, "the result lies at another place than the start", got=f"mu = {mu:.4g}")
    assert_that(abs(log_sd - np.log(start.s[mode])) <= 0.5, "the spread is not that of the mode", got=f"{log_sd:.3g}")


def test_worked_example(student):
    """From either mode of two well separated ones the result is that mode."""
    for mu0 in (-4.0, 4.0):
        start = Start(np.array([0.625, 0.375]), np.array([-4.0, 4.0]), np.array([0.75, 0.75]), mu0, 0.6)
        mu, log_sd = run(student, start)
        assert_that(abs(mu - mu0) <= 0.01, "the result is not at the mode", got=f"mu = {mu:.4g}")
        assert_that(abs(log_sd - np.log(0.75)) <= 0.01, "the spread is not that of the mode")


def run(student, start):
    """The result as (mu, log sd)."""
    mu, sd = as_tuple(student.reverse_gaussian(*start), 2, "the result")
    mu, sd = as_scalar(mu, "mu"), as_scalar(sd, "sd")
    assert_that(0 < sd < 1e3 and abs(mu) < 1e3, "sd is not positive, or the result lies far out", got=f"sd = {sd:.4g}")
    return np.array([mu, np.log(sd)])


def at(start):
    """The start as (mu, log sd)."""
    return np.array([start.mu0, np.log(start.sd0)])


def divergence(start, x):
    """KL(q || p) but for a constant, on 4001 nodes over nine standard deviations."""
    points = x[0] + np.exp(x[1]) * NODES
    logs = np.log(start.w / start.s) - 0.5 * ((points[:, None] - start.m) / start.s) ** 2
    log_p = np.logaddexp(logs[:, 0], logs[:, 1])
    return float(MASS @ (-0.5 * NODES**2 - log_p) - x[1])
