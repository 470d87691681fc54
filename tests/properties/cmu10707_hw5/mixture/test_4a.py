"""Part 4a: log p(x) of a mixture of Gaussians, one value for each row of X."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import assert_close, assert_rejects, mixtures
from tests.properties.cmu10707_hw5.draw_mixture import MU, PI, SIGMA, X, far_from


def test_worked_example(student, reference):
    """Two components in the plane come out right."""
    found, right = (who.log_density(X, PI, MU, SIGMA) for who in (student, reference))
    assert_close(found, right, what="log p(x)")


@settings(max_examples=40)
@given(m=mixtures(max_n=20), absent=st.booleans())
def test_density_matches_reference(student, reference, m, absent):
    """log p(x) agrees with the reference, also when a component has weight 0."""
    m = without_last(m) if absent else m
    assert_close(student.log_density(*m), reference.log_density(*m), what="log p(x)")


@settings(max_examples=15)
@given(m=mixtures(max_n=12), distance=st.sampled_from([40.0, 60.0]))
def test_survives_far_points(student, reference, m, distance):
    """Points 60 standard deviations away have finite log densities, and the right ones."""
    m = m._replace(x=far_from(m, distance))
    assert_close(student.log_density(*m), reference.log_density(*m), what="log p(x)")


def test_rejects_bad_input(student):
    """Weights that are no distribution, covariances that are none and shapes that do not fit raise ValueError."""

    def refuse(because, x=X, pi=PI, mu=MU, sigma=SIGMA):
        assert_rejects(student.log_density, x, pi, mu, sigma, because=because)

    refuse("a weight is negative", pi=np.array([-0.25, 1.25]))
    refuse("the weights sum to 1.25", pi=np.array([0.5, 0.75]))
    refuse("the weights sum to 1 - 3e-8", pi=np.array([0.25, 0.75 - 3e-8]))
    refuse("a weight is NaN", pi=np.array([np.nan, 0.75]))
    refuse("a covariance has a negative eigenvalue", sigma=SIGMA * np.array([[1, 4], [4, 1]]))
    refuse("a covariance is singular", sigma=np.stack([np.ones((2, 2)), np.eye(2)]))
    refuse("a covariance is not symmetric", sigma=SIGMA + np.array([[0, 0.25], [0, 0]]))
    refuse("there is a weight too few", pi=np.ones(1))
    refuse("there is a covariance too few", sigma=SIGMA[:1])
    refuse("the means have a coordinate too few", mu=MU[:, :1])
    refuse("the points have a coordinate too few", x=X[:, :1])
    refuse("X has one axis", x=X[0])
    refuse("mu has one axis", mu=MU[:, 0])


def without_last(m):
    """The mixture with the last weight given to the first component, unless there is only one."""
    if len(m.phi) == 1:
        return m
    phi = m.phi.copy()
    phi[0] += phi[-1]
    phi[-1] = 0
    return m._replace(phi=phi)
