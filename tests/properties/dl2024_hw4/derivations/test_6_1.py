"""Part 6.1, derivation: the divergence of two Gaussians from its definition to its closed form, on random instances."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import (
    MATRICES,
    Function,
    Item,
    Uses,
    assert_ends,
    assert_milestone,
    fresh_seeds,
    read_chain,
)


def gaussians(rng, number):
    """Two Gaussians in d dimensions, one in the first instance; E0 and logN as functions."""
    d = 1 if number == 0 else int(rng.integers(1, 5))
    mu0, mu1 = rng.normal(0, 1.5, (2, d))
    S0, S1 = (a @ a.T + 0.3 * np.eye(d) for a in rng.normal(0, 1, (2, d, d)))
    arms = np.sqrt(d) * np.linalg.cholesky(S0).T  # rows; the 2 d points have the Gaussian's moments up to the third

    def expectation(f):
        """The mean of f over the points."""
        values = [f(point) for arm in arms for point in (mu0 + arm, mu0 - arm)]
        return sum(values[1:], values[0]) / len(values)

    return {
        "mu0": mu0,
        "mu1": mu1,
        "S0": S0,
        "S1": S1,
        "d": d,
        "E0": Function("E0", expectation, (1,), takes=(0,)),
        "logN": Function("logN", log_density, (3,)),
    }


def log_density(x, mu, S):
    """log N(x; mu, S)."""
    if np.shape(x) != np.shape(mu) or np.shape(S) != np.shape(mu) * 2 or np.ndim(mu) != 1:
        return np.nan  # no point, mean and covariance of one dimension: equal to nothing
    gap = x - mu
    return -0.5 * (len(mu) * np.log(2 * np.pi) + np.linalg.slogdet(S)[1] + gap @ np.linalg.solve(S, gap))


ITEM = Item("E0(lambda x: logN(x, mu0, S0) - logN(x, mu1, S1))", gaussians, MATRICES)
NAMES = "mu0 mu1 S0 S1 d trace inv logdet outer dot diag mean transpose"
DENSITIES = [Uses.of(NAMES, "E0 inv logdet S0 S1")]
# the closed form has traces itself: a line before it must have the densities written out, or a jump would pass
TRACES = [Uses.of(f"{NAMES} E0", "inv logdet S0 S1"), Uses.of(NAMES, "trace inv logdet")]
two_seeds = settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it


@two_seeds
@given(seed=fresh_seeds())
def test_ends_at_the_closed_form(student, reference, seed):
    """The last line is the closed form, without E0 and logN."""
    chain = read_chain(student.derivation_6_1(), ITEM)
    target = reference.derivation_6_1()[-1][1]
    assert_ends(chain, target, Uses.of(NAMES, "mu0 mu1 S0 S1"), seed)


@two_seeds
@given(seed=fresh_seeds())
def test_passes_the_densities(student, seed):
    """A line after true steps has the densities written out, under the expectation."""
    assert_milestone(read_chain(student.derivation_6_1(), ITEM), DENSITIES, 0, seed)


@two_seeds
@given(seed=fresh_seeds())
def test_passes_the_trace(student, seed):
    """After a line with the densities written out, a true one has traces in the place of the expectation."""
    assert_milestone(read_chain(student.derivation_6_1(), ITEM), TRACES, 1, seed)


@two_seeds
@given(seed=fresh_seeds())
def test_is_true_with_the_densities(student, seed):
    """All steps are true, and one line has the densities written out."""
    assert_milestone(read_chain(student.derivation_6_1(), ITEM), DENSITIES, 0, seed, whole=True)


@two_seeds
@given(seed=fresh_seeds())
def test_is_true_with_the_trace(student, seed):
    """All steps are true, and after the densities a line has traces in the place of the expectation."""
    assert_milestone(read_chain(student.derivation_6_1(), ITEM), TRACES, 1, seed, whole=True)
